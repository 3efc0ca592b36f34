package io.certferry.local;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The program behind {@code deploy/local/up} and {@code deploy/local/demo}. */
@Command(
    name = "local",
    description = "The local stack of Certferry.",
    subcommands = {Launcher.Up.class, Launcher.Demo.class})
public final class Launcher {

  private Launcher() {}

  /** Runs the command that the arguments name; the exit code is 0, 1 for a fault, 2 for usage. */
  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new Launcher())
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  command.getErr().println(command.getCommandName() + ": " + failure.getMessage());
                  if (!(failure instanceof StackException)) {
                    failure.printStackTrace(command.getErr());
                  }
                  return 1;
                })
            .execute(arguments));
  }

  /** Starts a stack and keeps it. */
  @Command(name = "up", description = "Starts the stack and keeps it until Ctrl-C.")
  static final class Up implements Callable<Integer> {

    @Option(
        names = "--ca",
        paramLabel = "FILE",
        description = "Adds a CA of another kind (YAML); repeatable.")
    private List<Path> cas = List.of();

    @Override
    public Integer call() throws InterruptedException {
      List<AddedCa> added = cas.stream().map(AddedCa::read).toList();
      Timeline timeline = new Timeline(System.out);
      LocalStack stack = LocalStack.start(StackOptions.defaults().withCas(added), timeline::step);
      timeline.step("ready: see " + stack.runDirectory().resolve("endpoints.json"));
      timeline.step("stop with Ctrl-C");
      new CountDownLatch(1).await();
      return 0;
    }
  }

  /** Starts a stack, takes one device through it and stops. */
  @Command(name = "demo", description = "Brings one certificate to one device and shows it.")
  static final class Demo implements Callable<Integer> {

    @Override
    public Integer call() {
      PrintStream out = System.out;
      Timeline timeline = new Timeline(out);
      try (LocalStack stack = LocalStack.start(StackOptions.defaults(), timeline::step)) {
        DemoRun.of(stack, timeline).run().print(out);
      }
      timeline.step("stopped what was started");
      return 0;
    }
  }
}
