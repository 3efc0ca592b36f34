package io.certferry.local;

import io.certferry.testkit.KeyMaterial;
import io.certferry.testkit.ServiceConfiguration;
import io.certferry.testkit.TokenIssuer;
import io.certferry.testkit.certificate.PemFiles;
import io.certferry.testkit.kafka.KafkaProcess;
import io.certferry.testkit.kafka.Topology;
import io.certferry.testkit.postgres.PostgresServer;
import io.certferry.testkit.postgres.ServiceDatabase;
import io.certferry.testkit.process.ChildProcess;
import io.certferry.testkit.process.StopSignal;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A running stack: PostgreSQL, Kafka, token endpoint and the services as packaged, each of them its
 * own process on 127.0.0.1. Closing it stops everything within 20 s; processes of a stack whose JVM
 * was killed end too.
 */
public final class LocalStack implements AutoCloseable {

  /** The tenants of the stack and the files of their device CA: both trust the same. */
  static final Map<String, String> DEVICE_CAS =
      new TreeMap<>(Map.of("default", "device-ca", "other", "device-ca"));

  private static final Duration SERVICE_GRACE = Duration.ofSeconds(6);
  private static final int HEAP = 256;
  private static final int HEAP_WHEN_MEASURED = 512;

  private final StackOptions options;
  private final Progress progress;
  private final RunDirectory run;
  private final StackLock lock;
  private final Children children;
  private final List<ServiceInstance> services = new ArrayList<>();
  private final Map<ServiceKind, ServiceDatabase> databases = new TreeMap<>();
  private final String builtinPassword = OAuthClient.secret();
  private @Nullable PostgresServer postgres;
  private @Nullable KafkaProcess kafka;
  private @Nullable TokenIssuer issuer;
  private @Nullable TokenEndpoint tokenEndpoint;
  private @Nullable TokenFiles tokenFiles;
  private boolean closed;

  private LocalStack(StackOptions options, Progress progress, RunDirectory run, StackLock lock) {
    this.options = options;
    this.progress = progress;
    this.run = run;
    this.lock = lock;
    this.children = new Children(run.children());
  }

  /**
   * Starts a stack and returns when all of it is ready; {@code endpoints.json} is written last.
   *
   * @throws StackException if it cannot; nothing is left running then
   */
  public static LocalStack start(StackOptions options, Progress progress) {
    LocalStack stack = open(options, progress);
    Thread hook = new Thread(stack::close, "stop-local-stack");
    Runtime.getRuntime().addShutdownHook(hook);
    boolean started = false;
    try {
      stack.startAll();
      started = true;
      return stack;
    } finally {
      if (!started) {
        stack.close();
      }
    }
  }

  private static LocalStack open(StackOptions options, Progress progress) {
    RunDirectory run = new RunDirectory(options.runDirectory().toAbsolutePath());
    run.create();
    StackLock lock = StackLock.take(run.lock());
    try {
      Children.endStale(run.children());
      Preflight.check(options);
      run.prepare();
      return new LocalStack(options, progress, run, lock);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** Where an instance of a service is reached. */
  public URI url(ServiceKind kind) {
    return service(kind, 1).url();
  }

  /** An instance, counted from 1. */
  public ServiceInstance service(ServiceKind kind, int instance) {
    return services(kind).get(instance - 1);
  }

  /** All instances of a service. */
  public List<ServiceInstance> services(ServiceKind kind) {
    return services.stream().filter(service -> service.kind() == kind).toList();
  }

  /** Every instance of every service. */
  public List<ServiceInstance> services() {
    return List.copyOf(services);
  }

  /** The Kafka node; killing and wiping it is for tests. */
  public KafkaProcess kafka() {
    return started(kafka, "Kafka");
  }

  /** Declares the topics again, as deployment does after Kafka lost everything. */
  public void declareTopics() {
    Topology.createTopics(kafka().bootstrapServers(), options.partitions(), caIds());
  }

  private List<String> caIds() {
    return Stream.concat(Stream.of("builtin"), options.cas().stream().map(AddedCa::id)).toList();
  }

  /** The PostgreSQL server. */
  public PostgresServer postgres() {
    return started(postgres, "PostgreSQL");
  }

  /** The database of a service. */
  public ServiceDatabase database(ServiceKind kind) {
    return started(databases.get(kind), "the database of " + kind.module());
  }

  /** A fresh token. */
  public String token(String role, String tenant) {
    return started(issuer, "the token issuer").token(role, tenant, TokenEndpoint.TOKEN_VALIDITY);
  }

  /** The REST surfaces, as clients of the first tenant call them. */
  Api api() {
    return new Api(role -> token(role, "default"));
  }

  /** Key files, the device CA among them. */
  public KeyMaterial keys() {
    return KeyMaterial.at(run.keys(), DEVICE_CAS);
  }

  /** Where its files are. */
  public Path runDirectory() {
    return run.path();
  }

  public Ports ports() {
    return options.ports();
  }

  private void startAll() {
    writeKeys();
    startPostgres();
    startKafka();
    options.instances().keySet().stream().sorted().forEach(this::prepare);
    progress.tell("services start: " + String.join(", ", names()));
    services.forEach(ServiceInstance::launch);
    for (ServiceInstance service : services) {
      service.awaitReady();
      progress.tell(service.name() + " ready at " + service.url());
    }
    if (runs(ServiceKind.PROFILE) && runs(ServiceKind.GATEWAY)) {
      KnownCas known = new KnownCas(api(), url(ServiceKind.PROFILE));
      caIds().forEach(known::await);
      progress.tell("profile-service knows the CA " + String.join(", ", caIds()));
    }
    if (runs(ServiceKind.REVOCATION) && runs(ServiceKind.GATEWAY)) {
      writeBuiltinIssuer();
    }
    publish();
  }

  private boolean runs(ServiceKind kind) {
    return !services(kind).isEmpty();
  }

  private void writeKeys() {
    InstantSource clock = InstantSource.system();
    KeyMaterial keys = KeyMaterial.generate(run.keys(), DEVICE_CAS, clock);
    copy(keys.deviceCaCertificate("default"), run.deviceCaCertificate());
    copy(keys.deviceCaKey("default"), run.deviceCaKey());
    TokenIssuer fresh = TokenIssuer.generate("https://127.0.0.1:" + options.ports().oauth(), clock);
    issuer = fresh;
    SecretFile.replace(run.jwks(), fresh.jwks());
    LocalTls tls = LocalTls.create(clock);
    PemFiles.writeCertificates(run.tlsCa(), List.of(tls.ca()));
    List<OAuthClient> clients = OAuthClient.generate();
    SecretFile.replace(run.clients(), ClientsFile.render(clients));
    tokenEndpoint = TokenEndpoint.start(options.ports().oauth(), tls.context(), fresh, clients);
    tokenFiles = TokenFiles.keep(run.tokens(), fresh);
  }

  private void startPostgres() {
    PostgresServer server =
        PostgresServer.start(
            new PostgresServer.Options(
                options.ports().postgres(),
                run.data("postgres"),
                run.log("postgres"),
                OAuthClient.secret(),
                true));
    postgres = server;
    record(server.process());
    options.instances().keySet().forEach(kind -> createDatabase(server, kind));
    progress.tell("PostgreSQL ready on port " + server.port());
  }

  private void createDatabase(PostgresServer server, ServiceKind kind) {
    ServiceDatabase database =
        new ServiceDatabase(kind.database(), kind.database(), OAuthClient.secret());
    server.create(database);
    if (kind == ServiceKind.GATEWAY) {
      server.createBuiltinCa(database.name(), builtinPassword);
    }
    databases.put(kind, database);
  }

  private void startKafka() {
    KafkaProcess node =
        KafkaProcess.start(
            new KafkaProcess.Options(
                options.ports().kafka(),
                options.ports().kafkaController(),
                run.data("kafka"),
                run.log("kafka"),
                options.measured() ? HEAP_WHEN_MEASURED : HEAP,
                options.measured()));
    kafka = node;
    record(node.process());
    declareTopics();
    progress.tell("Kafka ready at " + node.bootstrapServers());
  }

  private void prepare(ServiceKind kind) {
    int count = options.instances().getOrDefault(kind, 0);
    for (int instance = 1; instance <= count; instance++) {
      prepare(kind, instance);
    }
  }

  private void prepare(ServiceKind kind, int instance) {
    String name = instance == 1 ? kind.module() : kind.module() + "-" + instance;
    int port = options.ports().service(kind, instance);
    Path configuration = run.configuration(name);
    SecretFile.replace(configuration, PropertiesText.of(configuration(kind, instance, port)));
    services.add(
        new ServiceInstance(
            new ServiceInstance.Setup(
                kind,
                name,
                URI.create("http://127.0.0.1:" + port),
                kind.runnable(options.root()),
                configuration,
                options.jvmArguments().getOrDefault(kind, List.of()),
                run.path(),
                run.log(name)),
            children::add));
  }

  private Map<String, String> configuration(ServiceKind kind, int instance, int port) {
    Map<String, String> configuration =
        new LinkedHashMap<>(
            new ServiceConfiguration(
                    kafka().bootstrapServers(),
                    postgres(),
                    database(kind),
                    builtinPassword,
                    keys(),
                    started(issuer, "the token issuer").issuer(),
                    run.jwks())
                .properties(kind.module()));
    configuration.put("quarkus.http.host", "127.0.0.1");
    configuration.put("quarkus.http.port", Integer.toString(port));
    if (kind == ServiceKind.GATEWAY) {
      configuration.put("certferry.connector.id", "connector-" + instance);
      configuration.put(
          "certferry.builtin.public-url", "http://127.0.0.1:" + options.ports().service(kind, 1));
    }
    if (kind == ServiceKind.ISSUANCE) {
      configuration.put(
          "certferry.internal.port", Integer.toString(options.ports().internal(instance)));
    }
    if (kind == ServiceKind.PFX_IMPORT) {
      configuration.put(
          "certferry.issuance.url", "https://127.0.0.1:" + options.ports().internal(1));
    }
    configuration.putAll(new CaConfiguration(options.cas(), run.path().resolve("config")).of(kind));
    if (kind == ServiceKind.REVOCATION) {
      configuration.putAll(listOfBuiltin());
    }
    configuration.putAll(options.properties().getOrDefault(kind, Map.of()));
    return configuration;
  }

  /** Where the built-in CA's list of revoked certificates is, and who signs it. */
  private Map<String, String> listOfBuiltin() {
    String gateway = "http://127.0.0.1:" + options.ports().service(ServiceKind.GATEWAY, 1);
    return Map.of(
        "certferry.revocation.cas.builtin.crl-urls",
        gateway + "/ca/builtin/issuing.crl",
        "certferry.revocation.cas.builtin.issuer-certificates",
        run.builtinIssuer().toString(),
        "certferry.fetch.allowed-networks",
        "127.0.0.0/8");
  }

  /** The built-in CA exists once its connector runs. */
  private void writeBuiltinIssuer() {
    byte[] der =
        api()
            .get("operator", url(ServiceKind.GATEWAY).resolve("/ca/builtin/issuing.cer"))
            .body()
            .toArray();
    SecretFile.replace(run.builtinIssuer(), PemFiles.block("CERTIFICATE", der));
  }

  private void publish() {
    Map<String, ServiceDatabase> named = new LinkedHashMap<>();
    databases.forEach((kind, database) -> named.put(kind.endpoint(), database));
    List<ServiceKind> running = services.stream().map(ServiceInstance::kind).distinct().toList();
    EndpointsFile.publish(run.endpoints(), EndpointsFile.render(options.ports(), named, running));
  }

  /** Stops everything, the services first; safe to repeat. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    delete(run.endpoints());
    stopServices();
    progress.tell("services stopped");
    stopServers();
    closeAll(tokenFiles, tokenEndpoint, kafka, postgres);
    progress.tell("Kafka and PostgreSQL stopped");
    children.clear();
    run.cleanUp(options.keepData());
    lock.close();
  }

  /** Both at once, and without writing anything when nobody wants their data any more. */
  private void stopServers() {
    ChildProcess database = postgres == null ? null : postgres.process();
    if (database != null) {
      database.requestStop(options.keepData() ? StopSignal.INT : StopSignal.QUIT);
    }
    ChildProcess broker = kafka == null ? null : kafka.process();
    if (broker != null && options.keepData()) {
      broker.requestStop();
    } else if (broker != null) {
      broker.kill();
    }
  }

  private void stopServices() {
    services.forEach(ServiceInstance::requestStop);
    long deadline = System.nanoTime() + SERVICE_GRACE.toNanos();
    services.forEach(
        service -> service.stop(Duration.ofNanos(Math.max(0, deadline - System.nanoTime()))));
  }

  private static void closeAll(@Nullable AutoCloseable... parts) {
    for (AutoCloseable part : parts) {
      if (part == null) {
        continue;
      }
      try {
        part.close();
      } catch (Exception e) {
        System.err.println("while stopping: " + e.getMessage());
      }
    }
  }

  private void record(@Nullable ChildProcess child) {
    if (child != null) {
      children.add(child);
    }
  }

  private List<String> names() {
    return services.stream().map(ServiceInstance::name).toList();
  }

  private static <T> T started(@Nullable T part, String name) {
    if (part == null) {
      throw new StackException(name + " was not started");
    }
    return part;
  }

  private static void copy(Path from, Path to) {
    try {
      SecretFile.replace(to, Files.readAllBytes(from));
    } catch (IOException e) {
      throw new StackException("cannot copy " + from, e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new StackException("cannot delete " + file, e);
    }
  }
}
