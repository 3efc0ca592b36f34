package io.certferry.profile.naming;

import io.certferry.contracts.event.DeviceCheckedIn;
import io.certferry.contracts.event.DirectoryUser;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What may stand in double braces. Names are matched in any case; the further names are synonyms.
 * User variables come from the check-in's {@code user}, device variables from the check-in or from
 * the member of its {@code attributes} that has one of the names.
 */
public enum Variable {
  USER_NAME(user(DirectoryUser::userName), "UserName"),
  USER_PRINCIPAL_NAME(user(DirectoryUser::userPrincipalName), "UserPrincipalName", "UPN"),
  EMAIL_ADDRESS(user(DirectoryUser::emailAddress), "EmailAddress", "Mail"),
  COMMON_NAME(user(DirectoryUser::commonName), "CN", "CommonName"),
  GIVEN_NAME(user(DirectoryUser::givenName), "GivenName"),
  SURNAME(user(DirectoryUser::surname), "SurName"),
  /** The whole name becomes the value of one attribute; it is not taken apart. */
  ON_PREMISES_DISTINGUISHED_NAME(
      user(DirectoryUser::onPremisesDistinguishedName),
      "OnPrem_Distinguished_Name",
      "OnPremisesDistinguishedName"),
  ON_PREMISES_SAM_ACCOUNT_NAME(
      user(DirectoryUser::onPremisesSamAccountName), "OnPremisesSamAccountName"),
  ON_PREMISES_SECURITY_IDENTIFIER(
      user(DirectoryUser::onPremisesSecurityIdentifier), "OnPremisesSecurityIdentifier"),
  USER_ID(user(DirectoryUser::id), "UserId"),
  DEVICE_ID(Scope.DEVICE, DeviceCheckedIn::deviceId, "DeviceId"),
  DEVICE_NAME("DeviceName"),
  AAD_DEVICE_ID("AAD_Device_ID", "AzureADDeviceId"),
  SERIAL_NUMBER("SerialNumber", "Device_Serial"),
  IMEI("IMEINumber", "IMEI", "Device_IMEI"),
  MEID("MEID"),
  WIFI_MAC_ADDRESS("WiFiMacAddress"),
  FULLY_QUALIFIED_DOMAIN_NAME("FullyQualifiedDomainName");

  /** Whose property it is. */
  public enum Scope {
    USER,
    DEVICE
  }

  private static final Map<String, Variable> BY_NAME =
      Arrays.stream(values())
          .flatMap(v -> v.names.stream().map(name -> Map.entry(lower(name), v)))
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private final Scope scope;
  private final Function<DeviceCheckedIn, @Nullable String> value;
  private final List<String> names;

  Variable(Function<DeviceCheckedIn, @Nullable String> userValue, String... names) {
    this(Scope.USER, userValue, names);
  }

  Variable(String... attributeNames) {
    this.scope = Scope.DEVICE;
    this.names = List.of(attributeNames);
    this.value = this::attribute;
  }

  Variable(Scope scope, Function<DeviceCheckedIn, @Nullable String> value, String... names) {
    this.scope = scope;
    this.value = value;
    this.names = List.of(names);
  }

  /** By its name or a synonym, in any case. */
  public static Optional<Variable> byName(String name) {
    return Optional.ofNullable(BY_NAME.get(lower(name)));
  }

  /** The names that are offered, without synonyms. */
  public static List<String> offered() {
    return Arrays.stream(values()).map(v -> v.names.get(0)).toList();
  }

  /**
   * The values of the variables that a template names.
   *
   * @param names as they stand in the template
   * @return by name; a variable without a value is left out
   */
  static Map<String, String> valuesOf(Iterable<String> names, DeviceCheckedIn checkIn) {
    Map<String, String> values = new HashMap<>();
    for (String name : names) {
      String value = byName(name).map(v -> v.value.apply(checkIn)).orElse(null);
      if (value != null) {
        values.put(name, value);
      }
    }
    return values;
  }

  public Scope scope() {
    return scope;
  }

  private @Nullable String attribute(DeviceCheckedIn checkIn) {
    Map<String, String> attributes = checkIn.attributes();
    if (attributes == null) {
      return null;
    }
    return attributes.entrySet().stream()
        .filter(entry -> names.stream().anyMatch(entry.getKey()::equalsIgnoreCase))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  private static Function<DeviceCheckedIn, @Nullable String> user(
      Function<DirectoryUser, @Nullable String> property) {
    return checkIn -> checkIn.user() == null ? null : property.apply(checkIn.user());
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
