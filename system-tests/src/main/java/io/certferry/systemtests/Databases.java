package io.certferry.systemtests;

import io.certferry.local.LocalStack;
import io.certferry.local.ServiceKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Looks into the services' databases as their administrator, for proofs and measurements. */
public final class Databases {

  private final LocalStack stack;

  public Databases(LocalStack stack) {
    this.stack = stack;
  }

  /** The first column of every row. */
  public List<String> column(ServiceKind service, String sql, Object... parameters) {
    try (Connection connection = stack.postgres().connect(service.database());
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        List<String> values = new ArrayList<>();
        while (rows.next()) {
          values.add(String.valueOf(rows.getString(1)));
        }
        return values;
      }
    } catch (SQLException e) {
      throw new IllegalStateException(service.database() + " did not answer: " + sql, e);
    }
  }

  /** A single number. */
  public long count(ServiceKind service, String sql, Object... parameters) {
    return Long.parseLong(column(service, sql, parameters).get(0));
  }

  /** Runs a statement that changes something, as an attacker or a failure would. */
  void execute(ServiceKind service, String sql) {
    try (Connection connection = stack.postgres().connect(service.database());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(service.database() + " refused: " + sql, e);
    }
  }
}
