package io.certferry.gateway.registry;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.event.ConnectorReported;
import io.certferry.edge.Page;
import io.certferry.edge.ProblemException;
import io.certferry.gateway.ca.CaDirectory;
import io.certferry.gateway.ca.ReachableCa;
import io.certferry.gateway.driver.CaUnavailableException;
import io.certferry.gateway.driver.ProbeReport;
import io.certferry.pki.Digests;
import io.certferry.pki.certificate.CertificateBundles;
import io.certferry.pki.certificate.Certificates;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** The CAs that this connector reaches. */
@Path("/api/v1/cas")
@Blocking
public class CasResource {

  private static final Set<String> FORMATS = Set.of("der", "pem");
  private static final Duration RETRY = Duration.ofSeconds(30);

  private final CaDirectory cas;
  private final ProbeStore probes;

  CasResource(CaDirectory cas, ProbeStore probes) {
    this.cas = cas;
    this.probes = probes;
  }

  /**
   * A CA as clients see it.
   *
   * @param driver kind of driver; builtin means that the CA runs inside this connector
   * @param chain subjects, issuing CA first
   * @param lastProbe null if it was never probed
   */
  public record View(
      String id,
      String driver,
      boolean reachable,
      boolean canRevoke,
      boolean canSearch,
      List<Link> chain,
      List<ConnectorReported.Template> templates,
      @Nullable String lastError,
      @Nullable Probe lastProbe) {}

  /** One certificate of the chain. */
  public record Link(
      String subject,
      String serial,
      Instant notBefore,
      Instant notAfter,
      String sha256,
      String sha1) {}

  /** What a look at the CA found. */
  public record Probe(
      Instant probedAt, boolean ok, boolean reachable, List<ProbeReport.Finding> findings) {}

  @GET
  @RolesAllowed({"pki-admin", "operator", "auditor", "profile-admin"})
  @Operation(summary = "The CAs that this connector reaches")
  public Page<View> list() {
    return new Page<>(
        cas.all().stream().sorted(Comparator.comparing(ReachableCa::caId)).map(this::view).toList(),
        null);
  }

  @GET
  @Path("/{id}")
  @RolesAllowed({"pki-admin", "operator", "auditor", "profile-admin"})
  @Operation(summary = "One CA, as it is now")
  public View get(@PathParam("id") String id) {
    return view(find(id));
  }

  @GET
  @Path("/{id}/certificate")
  @PermitAll
  @Operation(
      summary =
          "The CA's certificate (what certutil -ca.cert gives), DER or PEM, with its chain on"
              + " request")
  public Response certificate(
      @PathParam("id") String id,
      @QueryParam("format") @DefaultValue("der") String format,
      @QueryParam("chain") @DefaultValue("false") boolean chain) {
    if (!FORMATS.contains(format)) {
      throw ProblemException.ruleBroken("format", "values", "is der or pem");
    }
    List<Bytes> all = chain(find(id));
    if (format.equals("pem")) {
      return pem(chain ? all : all.subList(0, 1));
    }
    return chain ? bundle(id, all) : der(id, all.get(0));
  }

  /** The whole chain in DER is a certs-only message; a set, so it has no order. */
  private static Response bundle(String id, List<Bytes> certificates) {
    byte[] message =
        CertificateBundles.certsOnly(certificates.stream().map(Bytes::toArray).toList());
    return Response.ok(message, "application/pkcs7-mime; smime-type=certs-only")
        .header("Content-Disposition", "attachment; filename=\"" + id + ".p7b\"")
        .build();
  }

  private static Response der(String id, Bytes certificate) {
    return Response.ok(certificate.toArray(), "application/pkix-cert")
        .header("Content-Disposition", "attachment; filename=\"" + id + ".cer\"")
        .build();
  }

  private static Response pem(List<Bytes> certificates) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    certificates.forEach(
        c -> out.writeBytes(Certificates.toPem(c.toArray()).getBytes(StandardCharsets.US_ASCII)));
    return Response.ok(out.toByteArray(), "application/x-pem-file").build();
  }

  @POST
  @Path("/{id}/probe")
  @RolesAllowed({"pki-admin", "operator"})
  @Operation(summary = "Look at the CA now, and say what was found")
  public Probe probe(@PathParam("id") String id) {
    ReachableCa ca = find(id);
    ProbeReport report = ca.driver().probe();
    return view(probes.store(ca.caId(), report));
  }

  private static List<Bytes> chain(ReachableCa ca) {
    try {
      return ca.driver().chain();
    } catch (CaUnavailableException e) {
      throw ProblemException.unavailable("the CA does not answer", RETRY);
    }
  }

  private View view(ReachableCa ca) {
    ConnectorReported.Ca now = Heartbeat.describe(ca);
    CaProbe probe = probes.last(ca.caId());
    return new View(
        now.caId(),
        now.driver(),
        now.reachable(),
        now.canRevoke(),
        now.canSearch(),
        now.chain().stream().map(CasResource::link).toList(),
        now.templates(),
        now.lastError(),
        probe == null ? null : view(probe));
  }

  private static Link link(Bytes der) {
    var parsed = Certificates.parse(der.toArray());
    return new Link(
        parsed.subject().toRfc4514(),
        parsed.serialHex(),
        parsed.notBefore(),
        parsed.notAfter(),
        parsed.sha256(),
        HexFormat.of().formatHex(Digests.sha1(parsed.der())));
  }

  private static Probe view(CaProbe probe) {
    List<ProbeReport.Finding> findings = probe.findings();
    return new Probe(
        probe.probedAt(),
        new ProbeReport(probe.reachable(), findings).ok(),
        probe.reachable(),
        findings);
  }

  private ReachableCa find(String id) {
    return cas.find(id).orElseThrow(ProblemException::notFound);
  }
}
