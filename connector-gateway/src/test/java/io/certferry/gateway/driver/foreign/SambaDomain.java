package io.certferry.gateway.driver.foreign;

import io.certferry.testkit.process.ChildProcess;
import io.certferry.testkit.process.FreePorts;
import io.certferry.testkit.process.StopSignal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * A Samba domain controller: Kerberos and LDAP at their own ports, so only inside a network
 * namespace of the test's own.
 */
final class SambaDomain implements AutoCloseable {

  static final String REALM = "CORP.EXAMPLE";
  static final String BASE = "DC=corp,DC=example";
  private static final String SERVICES =
      "CN=Public Key Services,CN=Services,CN=Configuration," + BASE;
  private static final String PASSWORD = "Only-for-this-Test-1";
  private static final int LDAP = 389;
  private static final int KERBEROS = 88;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path directory;
  private final ChildProcess process;

  private SambaDomain(Path directory, ChildProcess process) {
    this.directory = directory;
    this.process = process;
  }

  static SambaDomain start(Path directory) {
    ChildProcess.run(
        List.of(
            "samba-tool",
            "domain",
            "provision",
            "--realm=" + REALM,
            "--domain=CORP",
            "--server-role=dc",
            "--dns-backend=NONE",
            "--adminpass=" + PASSWORD,
            "--host-name=localhost",
            "--host-ip=127.0.0.1",
            "--targetdir=" + directory,
            "--option=interfaces=lo 127.0.0.1",
            "--option=bind interfaces only=yes"),
        Map.of(),
        directory);
    ChildProcess process =
        ChildProcess.start(
            new ChildProcess.Spec(
                "samba",
                List.of(
                    "samba",
                    "-F",
                    "--no-process-group",
                    "--debug-stdout",
                    "-s",
                    directory.resolve("etc/smb.conf").toString(),
                    "--option=server services=ldap cldap kdc"),
                Map.of(),
                directory,
                directory.resolve("samba.log"),
                StopSignal.TERM));
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> !FreePorts.isFree(LDAP) && !FreePorts.isFree(KERBEROS));
    SambaDomain domain = new SambaDomain(directory, process);
    domain.tool("spn", "add", "ldap/localhost", "LOCALHOST$");
    return domain;
  }

  /** {@code samba-tool} with arguments. */
  String tool(String... arguments) {
    List<String> command = new ArrayList<>(List.of("samba-tool"));
    command.addAll(Arrays.asList(arguments));
    command.addAll(List.of("-s", directory.resolve("etc/smb.conf").toString()));
    return ChildProcess.run(command, Map.of(), directory);
  }

  /** Changes the database, as LDIF says. */
  void ldif(String ldif) {
    Path file = ForeignBench.write(directory.resolve("change.ldif"), ldif);
    ChildProcess.run(
        List.of(
            "ldbmodify", "-H", directory.resolve("private/sam.ldb").toString(), file.toString()),
        Map.of(),
        directory);
  }

  void addUser(String name) {
    tool("user", "create", name, PASSWORD);
  }

  /** A user whose AES keys are in a keytab. */
  Path addService(String name, String... principalNames) {
    addUser(name);
    for (String principalName : principalNames) {
      tool("spn", "add", principalName, name);
    }
    ldif(
        """
        dn: CN=%s,CN=Users,%s
        changetype: modify
        replace: msDS-SupportedEncryptionTypes
        msDS-SupportedEncryptionTypes: 24
        """
            .formatted(name, BASE));
    tool("user", "setpassword", name, "--newpassword=" + PASSWORD + "x");
    Path keytab = directory.resolve(name + ".keytab");
    tool("domain", "exportkeytab", keytab.toString(), "--principal=" + name);
    for (String principalName : principalNames) {
      tool("domain", "exportkeytab", keytab.toString(), "--principal=" + principalName);
    }
    return keytab;
  }

  String sid(String user) {
    return tool("user", "show", user, "--attributes=objectSid")
        .lines()
        .filter(line -> line.startsWith("objectSid: "))
        .map(line -> line.substring("objectSid: ".length()).strip())
        .findFirst()
        .orElseThrow();
  }

  /** An Enterprise CA that publishes one template, as the directory knows it. */
  void addAuthority(String name, byte[] certificate, String template, String enrolmentUrl) {
    ldif(
        """
        dn: CN=%1$s,CN=Certificate Templates,%2$s
        changetype: add
        objectClass: pKICertificateTemplate
        displayName: %1$s of the corporation
        flags: 131642
        revision: 100
        pKIDefaultKeySpec: 1
        pKIMaxIssuingDepth: 0
        pKIExpirationPeriod:: AEA5hy7h/v8=
        pKIExtendedKeyUsage: 1.3.6.1.5.5.7.3.2
        pKIExtendedKeyUsage: 1.3.6.1.5.5.7.3.4
        msPKI-Template-Schema-Version: 2
        msPKI-RA-Signature: 0
        msPKI-Minimal-Key-Size: 2048
        msPKI-Certificate-Name-Flag: 1
        msPKI-Enrollment-Flag: 0

        dn: CN=%3$s,CN=Enrollment Services,%2$s
        changetype: add
        objectClass: pKIEnrollmentService
        dNSHostName: ca1.corp.example
        cACertificate:: %4$s
        certificateTemplates: %1$s
        flags: 10
        msPKI-Enrollment-Servers:: %5$s
        """
            .formatted(
                template,
                SERVICES,
                name,
                base64(certificate),
                base64(
                    ("1\n2\n0\n" + enrolmentUrl + "\n0")
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8))));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Override
  public void close() {
    process.stop(Duration.ofSeconds(10));
  }
}
