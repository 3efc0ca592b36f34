package io.certferry.cli.pfx;

import picocli.CommandLine.Command;

/** The commands about imported PFX files. */
@Command(
    name = "pfx",
    description = "Imported PFX files of users.",
    mixinStandardHelpOptions = true,
    subcommands = {ImportCommand.class})
public final class PfxCommand {}
