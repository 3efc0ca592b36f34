package io.certferry.cli.pfx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvFileTest {

  @TempDir Path folder;

  @Test
  void readsColumnsInAnyOrderWithQuotesAndLineEnds() throws IOException {
    // When
    List<Order> orders =
        read(
            "\uFEFFFile,User,Purpose,Password\r\n"
                + "a.pfx,alice@contoso.test,smimeSigning,\"p,\"\"w\nx\"\r\n"
                + "\r\n"
                + "sub/b.pfx, bob@contoso.test ,, plain \r\n");

    // Then
    assertThat(orders).hasSize(2);
    assertThat(orders.get(0).file()).isEqualTo(folder.resolve("a.pfx"));
    assertThat(orders.get(0).password()).containsExactly("p,\"w\nx".toCharArray());
    assertThat(orders.get(0).purpose()).isEqualTo("smimeSigning");
    assertThat(orders.get(0).place()).isEqualTo("line 2");
    assertThat(orders.get(1).user()).isEqualTo("bob@contoso.test");
    assertThat(orders.get(1).password()).containsExactly(" plain ".toCharArray());
    assertThat(orders.get(1).purpose()).isEqualTo("smimeEncryption");
    assertThat(orders.get(1).place()).isEqualTo("line 5");
  }

  @Test
  void readsSemicolonsAsEuropeanSpreadsheetsWriteThem() throws IOException {
    assertThat(read("user;file;password\nü@contoso.test;ü.pfx;grün\n"))
        .singleElement()
        .satisfies(order -> assertThat(order.password()).containsExactly("grün".toCharArray()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "user,file\na,b\n",
        "user,file,password\n,b,c\n",
        "user,file,password\na,,c\n",
        "user,file,password\na,b,\"c\n"
      })
  void refusesAListThatCannotBeMeant(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(CsvFile.UnreadableException.class);
  }

  @Test
  void refusesAnotherEncoding() throws IOException {
    // Given
    Path csv = folder.resolve("latin.csv");
    Files.write(csv, "user,file,password\na,b,grün\n".getBytes(StandardCharsets.ISO_8859_1));

    // Then
    assertThatThrownBy(() -> CsvFile.read(csv, folder, "vpn")).hasMessageContaining("UTF-8");
  }

  private List<Order> read(String text) throws IOException {
    Path csv = Files.writeString(folder.resolve("list.csv"), text);
    return CsvFile.read(csv, folder, "smimeEncryption");
  }
}
