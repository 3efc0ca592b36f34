package io.certferry.testkit.postgres;

import java.util.regex.Pattern;

/** SQL for login roles; names and passwords are generated, so a strict form is enough. */
final class Roles {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");
  private static final Pattern PASSWORD = Pattern.compile("[A-Za-z0-9_-]{8,200}");

  private Roles() {}

  static String createOrAlter(String role, String password) {
    if (!NAME.matcher(role).matches() || !PASSWORD.matcher(password).matches()) {
      throw new IllegalArgumentException("role names are [a-z0-9_], passwords [A-Za-z0-9_-]{8,}");
    }
    return """
        DO $$ BEGIN
          IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '%1$s') THEN
            CREATE ROLE %1$s LOGIN PASSWORD '%2$s';
          ELSE
            ALTER ROLE %1$s PASSWORD '%2$s';
          END IF;
        END $$"""
        .formatted(role, password);
  }
}
