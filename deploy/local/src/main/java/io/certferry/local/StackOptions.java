package io.certferry.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * How to run a stack.
 *
 * @param root of the repository, where the services are packaged
 * @param runDirectory what {@code deploy/local/run} is by default; emptied at start but for {@code
 *     demo/}
 * @param ports where things listen
 * @param instances how many of each service; with 0 it gets a database but is not started
 * @param properties more configuration by service, over the stack's own
 * @param jvmArguments more arguments of the service's JVM, for instance {@code
 *     -Dcertferry.crash-at=NAME}; never a secret
 * @param partitions of the device, request and CA topics
 * @param measured Kafka runs fully optimised and with a larger heap, as a benchmark needs
 * @param keepData leaves databases and topics in {@code runDirectory/data} when the stack stops
 * @param cas CAs of other kinds beside the built-in one
 */
public record StackOptions(
    Path root,
    Path runDirectory,
    Ports ports,
    Map<ServiceKind, Integer> instances,
    Map<ServiceKind, Map<String, String>> properties,
    Map<ServiceKind, List<String>> jvmArguments,
    int partitions,
    boolean measured,
    boolean keepData,
    List<AddedCa> cas) {

  static final String ROOT_PROPERTY = "certferry.root";
  private static final int PARTITIONS = 12;

  /** Copies the maps. */
  public StackOptions {
    instances = Map.copyOf(instances);
    properties = Map.copyOf(properties);
    jvmArguments = Map.copyOf(jvmArguments);
    cas = List.copyOf(cas);
  }

  /** One instance of each service that the reactor has, in {@code deploy/local/run}. */
  public static StackOptions defaults() {
    Path root = locateRoot();
    Map<ServiceKind, Integer> instances = new EnumMap<>(ServiceKind.class);
    ServiceKind.presentIn(root).forEach(kind -> instances.put(kind, 1));
    String offset = System.getenv(Ports.VARIABLE);
    return new StackOptions(
        root,
        root.resolve("deploy/local/run"),
        Ports.of(offset == null ? "" : offset),
        instances,
        Map.of(),
        Map.of(),
        PARTITIONS,
        false,
        false,
        List.of());
  }

  /** The same with another number of instances of one service. */
  public StackOptions withInstances(ServiceKind kind, int count) {
    return with(draft -> draft.instances = with(instances, kind, count));
  }

  /** The same with more configuration for every instance of one service. */
  public StackOptions withProperties(ServiceKind kind, Map<String, String> more) {
    return with(draft -> draft.properties = with(properties, kind, more));
  }

  /** The same with more arguments for the JVM of every instance of one service. */
  public StackOptions withJvmArguments(ServiceKind kind, List<String> more) {
    return with(draft -> draft.jvmArguments = with(jvmArguments, kind, more));
  }

  /** The same in another directory and at other ports, beside a stack that runs already. */
  public StackOptions elsewhere(Path otherRunDirectory, int portOffset) {
    return with(
        draft -> {
          draft.runDirectory = otherRunDirectory;
          draft.ports = new Ports(portOffset);
        });
  }

  /** The same for measurements. */
  public StackOptions forMeasurement(int topicPartitions) {
    return with(
        draft -> {
          draft.partitions = topicPartitions;
          draft.measured = true;
        });
  }

  /** The same, leaving its data behind. */
  public StackOptions keepingData() {
    return with(draft -> draft.keepData = true);
  }

  /** The same with CAs of other kinds. */
  public StackOptions withCas(List<AddedCa> more) {
    return with(draft -> draft.cas = more);
  }

  private StackOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.options();
  }

  private static <V> Map<ServiceKind, V> with(Map<ServiceKind, V> map, ServiceKind kind, V value) {
    Map<ServiceKind, V> copy = new EnumMap<>(ServiceKind.class);
    copy.putAll(map);
    copy.put(kind, value);
    return copy;
  }

  private static Path locateRoot() {
    Path candidate =
        Path.of(System.getProperty(ROOT_PROPERTY, System.getProperty("user.dir"))).toAbsolutePath();
    for (Path path = candidate; path != null; path = path.getParent()) {
      if (Files.exists(path.resolve("deploy/local/pom.xml"))) {
        return path;
      }
    }
    throw new StackException("not inside a Certferry checkout: " + candidate);
  }

  /** The options while one of them changes. */
  private static final class Draft {
    private final Path root;
    private Path runDirectory;
    private Ports ports;
    private Map<ServiceKind, Integer> instances;
    private Map<ServiceKind, Map<String, String>> properties;
    private Map<ServiceKind, List<String>> jvmArguments;
    private int partitions;
    private boolean measured;
    private boolean keepData;
    private List<AddedCa> cas;

    Draft(StackOptions from) {
      root = from.root;
      runDirectory = from.runDirectory;
      ports = from.ports;
      instances = from.instances;
      properties = from.properties;
      jvmArguments = from.jvmArguments;
      partitions = from.partitions;
      measured = from.measured;
      keepData = from.keepData;
      cas = from.cas;
    }

    StackOptions options() {
      return new StackOptions(
          root,
          runDirectory,
          ports,
          instances,
          properties,
          jvmArguments,
          partitions,
          measured,
          keepData,
          cas);
    }
  }
}
