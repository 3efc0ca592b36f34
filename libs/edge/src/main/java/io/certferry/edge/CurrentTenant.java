package io.certferry.edge;

import jakarta.enterprise.context.RequestScoped;
import java.util.regex.Pattern;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Whose call this is, by the token alone: nothing in a URL or body can name another tenant. */
@RequestScoped
public class CurrentTenant {

  private static final String CLAIM = "tenant";
  private static final Pattern ACCEPTABLE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final JsonWebToken token;

  public CurrentTenant(JsonWebToken token) {
    this.token = token;
  }

  /**
   * The tenant in the token's claim {@code tenant}.
   *
   * @throws ProblemException 403 if the token has none, or one that could not be part of a record
   *     key
   */
  public String id() {
    Object claim = token.getClaim(CLAIM);
    String tenant = claim == null ? "" : claim.toString();
    if (!ACCEPTABLE.matcher(tenant).matches()) {
      throw ProblemException.forbidden("the token names no tenant");
    }
    return tenant;
  }

  /** Who calls, for the audit trail: the token's subject. */
  public String actor() {
    String subject = token.getSubject();
    return subject == null ? "-" : subject;
  }
}
