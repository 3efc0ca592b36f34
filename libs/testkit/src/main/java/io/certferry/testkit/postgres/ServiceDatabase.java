package io.certferry.testkit.postgres;

import java.util.List;

/**
 * One service's database and the role that owns it.
 *
 * @param name of the database
 * @param user the only role besides the administrator that may connect
 * @param password of that role
 */
public record ServiceDatabase(String name, String user, String password) {

  /** The databases of the five services; each role is named as its database. */
  public static final List<String> NAMES =
      List.of("profile", "issuance", "gateway", "revocation", "pfximport");

  /** The role and the schema of the built-in CA in the gateway's database. */
  public static final String BUILTIN_CA = "builtin_ca";

  @Override
  public String toString() {
    return "ServiceDatabase[name=" + name + ", user=" + user + ", password=***]";
  }
}
