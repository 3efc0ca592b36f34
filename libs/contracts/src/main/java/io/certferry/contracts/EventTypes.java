package io.certferry.contracts;

import io.certferry.contracts.event.CaCommand;
import io.certferry.contracts.event.CaResult;
import io.certferry.contracts.event.ConnectorReported;
import io.certferry.contracts.event.DeliverImport;
import io.certferry.contracts.event.DeliverRoots;
import io.certferry.contracts.event.DeviceCheckedIn;
import io.certferry.contracts.event.DeviceLifecycleChanged;
import io.certferry.contracts.event.DeviceStatusReported;
import io.certferry.contracts.event.EnrolmentEnded;
import io.certferry.contracts.event.ImportChanged;
import io.certferry.contracts.event.ImportDeliveryFailed;
import io.certferry.contracts.event.PackageReady;
import io.certferry.contracts.event.PackageWithdrawn;
import io.certferry.contracts.event.ProfileChanged;
import io.certferry.contracts.event.RemovalRequested;
import io.certferry.contracts.event.RequestCertificate;
import io.certferry.contracts.event.RequestProgressed;
import io.certferry.contracts.event.RevocationOrdered;
import io.certferry.contracts.event.RevocationProgressed;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The registry of {@code ce_type} names: each is {@code io.certferry.<context>.<Event>.v1} and
 * stands for one record.
 */
public final class EventTypes {

  private static final Map<Class<?>, String> NAMES =
      Map.ofEntries(
          Map.entry(DeviceCheckedIn.class, "io.certferry.device.DeviceCheckedIn.v1"),
          Map.entry(DeviceStatusReported.class, "io.certferry.device.DeviceStatusReported.v1"),
          Map.entry(DeviceLifecycleChanged.class, "io.certferry.device.DeviceLifecycleChanged.v1"),
          Map.entry(ProfileChanged.class, "io.certferry.profile.ProfileChanged.v1"),
          Map.entry(RequestCertificate.class, "io.certferry.issuance.RequestCertificate.v1"),
          Map.entry(DeliverRoots.class, "io.certferry.issuance.DeliverRoots.v1"),
          Map.entry(RequestProgressed.class, "io.certferry.issuance.RequestProgressed.v1"),
          Map.entry(PackageReady.class, "io.certferry.issuance.PackageReady.v1"),
          Map.entry(PackageWithdrawn.class, "io.certferry.issuance.PackageWithdrawn.v1"),
          Map.entry(RemovalRequested.class, "io.certferry.issuance.RemovalRequested.v1"),
          Map.entry(CaCommand.SubmitCsr.class, "io.certferry.ca.SubmitCsr.v1"),
          Map.entry(CaCommand.QueryRequest.class, "io.certferry.ca.QueryRequest.v1"),
          Map.entry(CaCommand.RevokeCertificate.class, "io.certferry.ca.RevokeCertificate.v1"),
          Map.entry(CaResult.CertificateIssued.class, "io.certferry.ca.CertificateIssued.v1"),
          Map.entry(CaResult.CertificatePending.class, "io.certferry.ca.CertificatePending.v1"),
          Map.entry(CaResult.CertificateDenied.class, "io.certferry.ca.CertificateDenied.v1"),
          Map.entry(CaResult.OutcomeUnknown.class, "io.certferry.ca.OutcomeUnknown.v1"),
          Map.entry(CaResult.CertificateRevoked.class, "io.certferry.ca.CertificateRevoked.v1"),
          Map.entry(CaResult.RevocationRefused.class, "io.certferry.ca.RevocationRefused.v1"),
          Map.entry(EnrolmentEnded.class, "io.certferry.profile.EnrolmentEnded.v1"),
          Map.entry(RevocationOrdered.class, "io.certferry.revocation.RevocationOrdered.v1"),
          Map.entry(RevocationProgressed.class, "io.certferry.revocation.RevocationProgressed.v1"),
          Map.entry(ConnectorReported.class, "io.certferry.connector.ConnectorReported.v1"),
          Map.entry(DeliverImport.class, "io.certferry.pfx.DeliverImport.v1"),
          Map.entry(ImportDeliveryFailed.class, "io.certferry.pfx.ImportDeliveryFailed.v1"),
          Map.entry(ImportChanged.class, "io.certferry.pfx.ImportChanged.v1"));

  private static final Map<String, Class<?>> CLASSES =
      NAMES.entrySet().stream()
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));

  private EventTypes() {}

  /**
   * The {@code ce_type} of a message.
   *
   * @throws IllegalArgumentException if the class is no message of this contract
   */
  public static String nameOf(Object payload) {
    String name = NAMES.get(payload.getClass());
    if (name == null) {
      throw new IllegalArgumentException("no event type for " + payload.getClass().getName());
    }
    return name;
  }

  /** The record that a {@code ce_type} stands for; empty for a type this version does not know. */
  public static Optional<Class<?>> classOf(String type) {
    return Optional.ofNullable(CLASSES.get(type));
  }

  /** All types with their records. */
  public static Map<String, Class<?>> all() {
    return CLASSES;
  }
}
