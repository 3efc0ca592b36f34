package io.certferry.cli.pfx;

import io.certferry.cli.pfx.Report.Outcome;
import io.certferry.cli.pfx.SealedFile.Look;
import io.certferry.pki.Digests;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code certferry pfx import}: many files by a list, or one. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Imports users' PFX files.",
      "Each file is opened here with its password, sealed whole to the service's import key and"
          + " bound to",
      "tenant, user, thumbprint and purpose; the service gets nothing else. A bad file is named in"
          + " the",
      "report and skipped. Interrupted, call it again with the same report: what is done is not"
          + " done twice."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every file is imported",
      "1:some files are not; the report says why",
      "2:the call is wrong",
      "3:the service cannot be used"
    })
final class ImportCommand implements Callable<Integer> {

  private static final int SOME_FAILED = 1;
  private static final int USAGE = 2;
  private static final int UNUSABLE = 3;

  @Spec private @Nullable CommandSpec spec;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Source source = new Source();

  /** Where the files are named. */
  static final class Source {
    @ArgGroup(exclusive = false, heading = "%nMany files:%n")
    private @Nullable Listed listed;

    @ArgGroup(exclusive = false, heading = "%nOne file:%n")
    private @Nullable Single single;
  }

  /** A folder and its list. */
  static final class Listed {
    @Option(
        names = "--csv",
        required = true,
        paramLabel = "FILE",
        description = "List with the columns user, file, password and (optional) purpose; UTF-8.")
    private Path csv = Path.of("");

    @Option(
        names = "--folder",
        paramLabel = "DIR",
        description = "Where the list's file names begin; the list's own folder if absent.")
    private @Nullable Path folder;
  }

  /** One file of one user. */
  static final class Single {
    @Option(names = "--file", required = true, paramLabel = "FILE", description = "The PFX file.")
    private Path file = Path.of("");

    @Option(
        names = "--user",
        required = true,
        paramLabel = "UPN",
        description = "The user's principal name, such as alice@contoso.com.")
    private String user = "";

    @Option(
        names = "--password-file",
        paramLabel = "FILE",
        description = "File whose first line is the password (UTF-8).")
    private @Nullable Path passwordFile;

    @Option(
        names = "--password",
        interactive = true,
        arity = "0",
        description = "Asks for the password.")
    private char @Nullable [] password;
  }

  @Option(
      names = "--purpose",
      defaultValue = "smimeEncryption",
      paramLabel = "PURPOSE",
      description =
          "smimeEncryption (default), smimeSigning, vpn, wifi or unassigned; of rows that name"
              + " none.")
  private String purpose = "smimeEncryption";

  @Option(
      names = "--service",
      required = true,
      paramLabel = "URL",
      description = "pfx-import-service, such as https://pfx.contoso.com.")
  private URI service = URI.create("");

  @ArgGroup(exclusive = true, multiplicity = "1")
  private TokenOptions token = new TokenOptions();

  @Option(
      names = "--ca-file",
      paramLabel = "FILE",
      description = "PEM of the CAs to trust instead of the system's.")
  private @Nullable Path caFile;

  @Option(
      names = "--key",
      paramLabel = "PROVIDER/NAME",
      description = "Which import key; not needed where there is one.")
  private @Nullable String key;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      defaultValue = "pfx-import-report.jsonl",
      description =
          "One JSON object for each file; read again to go on. Default: ${DEFAULT-VALUE}.")
  private Path report = Path.of("pfx-import-report.jsonl");

  @Option(
      names = "--replace",
      description = "Replaces what is there where the same certificate comes with another file.")
  private boolean replace;

  @Option(names = "--dry-run", description = "Opens and checks everything, sends nothing.")
  private boolean dryRun;

  @Option(names = "--no-progress", description = "Shows no progress bar.")
  private boolean noProgress;

  private final InstantSource clock = InstantSource.system();

  @Override
  public Integer call() throws IOException {
    List<Order> orders;
    try {
      orders = orders();
    } catch (CsvFile.UnreadableException e) {
      err().println(e.getMessage());
      return USAGE;
    }
    try (Report into = Report.open(report)) {
      ImportService remote = new ImportService(service, token.source(caFile), Https.client(caFile));
      ServiceKey chosen = chosen(remote.currentKeys());
      ProgressBar bar =
          new ProgressBar(err(), !noProgress && System.console() != null, orders.size());
      for (Order order : orders) {
        one(order, chosen, remote, into);
        bar.step();
      }
      bar.end();
      summary(into);
      return into.isAllGood() ? 0 : SOME_FAILED;
    } catch (ImportService.UnusableException e) {
      err().println(e.getMessage());
      return UNUSABLE;
    }
  }

  private List<Order> orders() throws IOException {
    Listed many = source.listed;
    if (many != null) {
      Path parent = many.csv.toAbsolutePath().getParent();
      Path folder = many.folder != null ? many.folder : parent;
      return CsvFile.read(many.csv, folder == null ? Path.of("") : folder, purpose);
    }
    Single one = source.single;
    if (one == null) {
      throw new CsvFile.UnreadableException("name --csv or --file");
    }
    return List.of(new Order("command line", one.user, one.file, password(one), purpose));
  }

  private static char[] password(Single one) throws IOException {
    if (one.passwordFile != null) {
      String text = Files.readString(one.passwordFile, StandardCharsets.UTF_8);
      int end = text.indexOf('\n');
      String line = end < 0 ? text : text.substring(0, end);
      return (line.endsWith("\r") ? line.substring(0, line.length() - 1) : line).toCharArray();
    }
    return one.password == null ? new char[0] : one.password;
  }

  private ServiceKey chosen(List<ServiceKey> keys) {
    List<ServiceKey> fitting = new ArrayList<>(keys);
    if (key != null) {
      fitting.removeIf(each -> !(each.providerName() + "/" + each.keyName()).equals(key));
    }
    if (fitting.size() == 1) {
      return fitting.get(0);
    }
    throw new ImportService.UnusableException(
        fitting.isEmpty()
            ? "the service has no such import key: make one with POST /api/v1/import-keys"
            : "the service has several import keys: choose one with --key, of "
                + fitting.stream()
                    .map(each -> each.providerName() + "/" + each.keyName())
                    .toList());
  }

  private void one(Order order, ServiceKey chosen, ImportService remote, Report into)
      throws IOException {
    Look look = SealedFile.look(order);
    if (look instanceof Look.Skipped skipped) {
      into.add(order, Outcome.SKIPPED, skipped.why().code(), skipped.why().message(), Map.of());
      return;
    }
    try (Look.Good good = (Look.Good) look) {
      one(order, good, chosen, remote, into);
    }
  }

  private void one(
      Order order, Look.Good good, ServiceKey chosen, ImportService remote, Report into)
      throws IOException {
    String sha256 = Digests.sha256Hex(good.file());
    Map<String, @Nullable String> facts = facts(good, sha256);
    Order normal =
        new Order(order.place(), order.user(), order.file(), new char[0], good.purpose());
    if (into.isDone(order.user(), sha256, good.purpose())) {
      into.add(normal, Outcome.DONE_BEFORE, "", "", facts);
    } else if (dryRun) {
      into.add(normal, Outcome.WOULD_IMPORT, "", "", facts);
    } else {
      sent(
          normal, remote.upload(SealedFile.seal(good, order.user(), chosen, replace)), into, facts);
    }
  }

  private Map<String, @Nullable String> facts(Look.Good good, String sha256) {
    Map<String, @Nullable String> facts = new LinkedHashMap<>();
    facts.put("thumbprint", good.leaf().sha1());
    facts.put("pfxSha256", sha256);
    facts.put("notAfter", good.leaf().notAfter().toString());
    boolean over = good.leaf().notAfter().isBefore(clock.instant());
    facts.put("note", over ? "expired: it is imported as history, to read old mail" : null);
    return facts;
  }

  private static void sent(
      Order order, ImportService.Answer answer, Report into, Map<String, @Nullable String> facts)
      throws IOException {
    switch (answer.status()) {
      case 201 -> into.add(order, Outcome.IMPORTED, "", "", facts);
      case 200 -> into.add(order, Outcome.ALREADY_THERE, "", "", facts);
      case 400, 404, 409, 413, 422 ->
          into.add(order, Outcome.REFUSED, answer.code(), answer.message(), facts);
      default -> into.add(order, Outcome.FAILED, answer.code(), answer.message(), facts);
    }
  }

  private void summary(Report into) {
    PrintWriter out = out();
    into.counts().forEach((outcome, count) -> out.println(outcome.id() + ": " + count));
    out.println("report: " + report);
    out.flush();
  }

  private PrintWriter out() {
    return spec == null ? new PrintWriter(System.out, true) : spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec == null ? new PrintWriter(System.err, true) : spec.commandLine().getErr();
  }
}
