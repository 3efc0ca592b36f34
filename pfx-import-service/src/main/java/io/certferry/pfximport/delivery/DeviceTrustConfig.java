package io.certferry.pfximport.delivery;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Map;

/** Which device certificates are believed, for each tenant; never learned from a message. */
@ConfigMapping(prefix = "certferry.device-trust")
public interface DeviceTrustConfig {

  /** PEM file of the CAs that a tenant's device certificates must chain to. */
  Map<String, Path> anchors();

  /** How a certificate names its device; {@code subject-cn} where nothing is said. */
  Map<String, DeviceBinding> binding();
}
