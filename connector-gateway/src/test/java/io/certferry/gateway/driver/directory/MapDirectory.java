package io.certferry.gateway.driver.directory;

import io.certferry.gateway.driver.wire.Fault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A directory in memory. */
public final class MapDirectory implements DirectoryLookup {

  private final Map<String, List<Account>> accounts = new LinkedHashMap<>();
  private final List<EnrolmentService> services = new ArrayList<>();
  private final List<CertificateTemplate> templates = new ArrayList<>();
  private @Nullable Fault fault;

  public MapDirectory add(Key key, String name, Account account) {
    accounts.computeIfAbsent(id(key, name), none -> new ArrayList<>()).add(account);
    return this;
  }

  public MapDirectory add(EnrolmentService service, CertificateTemplate template) {
    services.add(service);
    templates.add(template);
    return this;
  }

  /** From now on it does not answer. */
  public MapDirectory away(Fault why) {
    fault = why;
    return this;
  }

  private static String id(Key key, String name) {
    return key + " " + name.toLowerCase(Locale.ROOT);
  }

  private void answer() throws UnavailableException {
    if (fault != null) {
      throw new UnavailableException(fault, new IllegalStateException("away"));
    }
  }

  @Override
  public List<Account> accounts(Key key, String value) throws UnavailableException {
    answer();
    return accounts.getOrDefault(id(key, value), List.of());
  }

  @Override
  public List<EnrolmentService> enrolmentServices() throws UnavailableException {
    answer();
    return services;
  }

  @Override
  public List<CertificateTemplate> templates() throws UnavailableException {
    answer();
    return templates;
  }
}
