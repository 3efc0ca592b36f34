package io.certferry.gateway.driver.directory;

import io.certferry.contracts.Bytes;
import java.util.List;

/**
 * A pKIEnrollmentService object: an Enterprise CA.
 *
 * @param certificates DER, of each of its keys
 * @param hasTemplates false for a standalone CA that registered itself
 * @param published names of templates
 * @param servers addresses of its enrolment web services, as msPKI-Enrollment-Servers has them:
 *     priority, authentication, whether for renewals only, and URI, a line each
 */
public record EnrolmentService(
    String name,
    String host,
    List<Bytes> certificates,
    boolean hasTemplates,
    List<String> published,
    List<String> servers) {

  public EnrolmentService {
    certificates = List.copyOf(certificates);
    published = List.copyOf(published);
    servers = List.copyOf(servers);
  }
}
