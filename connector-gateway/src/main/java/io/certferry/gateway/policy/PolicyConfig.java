package io.certferry.gateway.policy;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Where the local policies are. */
@ConfigMapping(prefix = "certferry.policy")
public interface PolicyConfig {

  /**
   * YAML by CA id. The built-in CA may go without: it then allows any name but the denied
   * principals.
   */
  Map<String, Path> file();

  /** How often a file is looked at for changes. */
  @WithDefault("PT5S")
  Duration reloadEvery();
}
