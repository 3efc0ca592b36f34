package io.certferry.cli;

import io.certferry.cli.pfx.PfxCommand;
import io.certferry.pki.CryptoProviders;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The root of the command tree. */
@Command(
    name = "certferry",
    description = "Carries certificates to devices.",
    mixinStandardHelpOptions = true,
    version = "certferry 0.1",
    subcommands = {PfxCommand.class, HelpCommand.class})
public final class Certferry {

  private Certferry() {}

  /**
   * Exits with 0 for success, 1 if a part failed, 2 for a wrong call, 3 if nothing could be done.
   */
  public static void main(String[] arguments) {
    CryptoProviders.install();
    System.exit(commandLine().execute(arguments));
  }

  /** The whole tree, for tests too. */
  static CommandLine commandLine() {
    return new CommandLine(new Certferry()).setCaseInsensitiveEnumValuesAllowed(true);
  }
}
