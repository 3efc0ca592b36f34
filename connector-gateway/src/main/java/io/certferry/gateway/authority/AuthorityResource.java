package io.certferry.gateway.authority;

import io.certferry.edge.ProblemException;
import io.certferry.gateway.ca.CaDirectory;
import io.certferry.gateway.ca.ReachableCa;
import io.certferry.gateway.driver.OwnAuthority;
import io.certferry.gateway.driver.OwnAuthority.Tier;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Response;
import java.util.Base64;
import org.eclipse.microprofile.openapi.annotations.Operation;

/**
 * The URLs in the CDP and AIA extensions of the built-in CA's certificates (RFC 5280, RFC 6960
 * appendix A).
 */
@Path("/ca/{caId}")
@PermitAll
@Blocking
public class AuthorityResource {

  private static final String CRL = "application/pkix-crl";
  private static final String CERTIFICATE = "application/pkix-cert";
  private static final String OCSP_REQUEST = "application/ocsp-request";
  private static final String OCSP_RESPONSE = "application/ocsp-response";
  private static final int LARGEST_REQUEST = 16 * 1024;

  private final CaDirectory cas;

  AuthorityResource(CaDirectory cas) {
    this.cas = cas;
  }

  @GET
  @Path("/issuing.crl")
  @Produces(CRL)
  @Operation(summary = "The issuing CA's newest CRL, DER")
  public byte[] issuingCrl(@PathParam("caId") String caId) {
    return authority(caId).crl(Tier.ISSUING);
  }

  @GET
  @Path("/root.crl")
  @Produces(CRL)
  @Operation(summary = "The root's newest CRL, DER")
  public byte[] rootCrl(@PathParam("caId") String caId) {
    return authority(caId).crl(Tier.ROOT);
  }

  @GET
  @Path("/issuing.cer")
  @Produces(CERTIFICATE)
  @Operation(summary = "The issuing CA's certificate, DER")
  public byte[] issuing(@PathParam("caId") String caId) {
    return authority(caId).certificate(Tier.ISSUING);
  }

  @GET
  @Path("/root.cer")
  @Produces(CERTIFICATE)
  @Operation(summary = "The root's certificate, DER")
  public byte[] root(@PathParam("caId") String caId) {
    return authority(caId).certificate(Tier.ROOT);
  }

  @POST
  @Path("/ocsp")
  @Consumes(OCSP_REQUEST)
  @Produces(OCSP_RESPONSE)
  @Operation(summary = "Certificate status, RFC 6960")
  public byte[] ocsp(@PathParam("caId") String caId, byte[] request) {
    return authority(caId).ocsp(request.length > LARGEST_REQUEST ? new byte[0] : request);
  }

  @GET
  @Path("/ocsp/{request: .+}")
  @Produces(OCSP_RESPONSE)
  @Operation(summary = "Certificate status, the request in base64 in the path")
  public Response ocsp(@PathParam("caId") String caId, @PathParam("request") String request) {
    return Response.ok(authority(caId).ocsp(decoded(request)))
        .header("Cache-Control", "max-age=60, public, no-transform, must-revalidate")
        .build();
  }

  /** What is no base64 becomes an empty request, which is answered as malformed. */
  private static byte[] decoded(String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private OwnAuthority authority(String caId) {
    return cas.find(caId)
        .map(ReachableCa::driver)
        .filter(OwnAuthority.class::isInstance)
        .map(OwnAuthority.class::cast)
        .orElseThrow(ProblemException::notFound);
  }
}
