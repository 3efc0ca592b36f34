package io.certferry.gateway.driver.directory;

import io.certferry.gateway.driver.wire.Fault;
import java.util.List;

/** Asks the directory; blocking, never cached. */
public interface DirectoryLookup {

  /** What an account is found by. */
  enum Key {
    USER_PRINCIPAL_NAME("userPrincipalName"),
    DNS_HOST_NAME("dNSHostName");

    private final String attribute;

    Key(String attribute) {
      this.attribute = attribute;
    }

    String attribute() {
      return attribute;
    }
  }

  /** The directory cannot be asked now. */
  final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Fault fault;

    public UnavailableException(Fault fault, Throwable cause) {
      super(fault.sentence(), cause);
      this.fault = fault;
    }

    public Fault fault() {
      return fault;
    }
  }

  /** The accounts of that name: none, one, or more where the directory is in disorder. */
  List<Account> accounts(Key key, String value) throws UnavailableException;

  /** The Enterprise CAs of the forest. */
  List<EnrolmentService> enrolmentServices() throws UnavailableException;

  /** The templates of the forest, published or not. */
  List<CertificateTemplate> templates() throws UnavailableException;
}
