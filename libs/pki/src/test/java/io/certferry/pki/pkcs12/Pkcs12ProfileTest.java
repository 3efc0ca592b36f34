package io.certferry.pki.pkcs12;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Pkcs12ProfileTest {
  @ParameterizedTest
  @CsvSource({
    "ios,18,MODERN",
    "iOS,18.0.1,MODERN",
    "ios,26.1,MODERN",
    "iPadOS,18.2,MODERN",
    "ios,17.7.2,LEGACY",
    "ios,9.3,LEGACY",
    "android,14,MODERN",
    "Android,16.0,MODERN",
    "android,13,LEGACY",
    "windows,10.0.16299,MODERN",
    "Windows,10.0.22631.4460,MODERN",
    "windows,10.0.15063,LEGACY",
    "windows,10.0.14393.7000,LEGACY",
    "windows,10.0,LEGACY",
    "windows,6.3.9600,LEGACY",
    "macos,26.6,LEGACY",
    "macos,15.1,LEGACY",
    "linux,6.1,LEGACY",
    "toaster,1,LEGACY",
    "ios,'',LEGACY",
    "ios,eighteen,LEGACY",
    "ios,18-beta,LEGACY",
    "ios,99999999999,LEGACY"
  })
  void choosesByPlatformAndVersion(String platform, String version, Pkcs12Profile expected) {
    assertThat(Pkcs12Profile.forPlatform(platform, version)).isEqualTo(expected);
  }
}
