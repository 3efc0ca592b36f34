package io.certferry.issuance.imported;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.Keys;
import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.grant.Grant;
import io.certferry.contracts.grant.JwsKeys;
import io.certferry.edge.FieldError;
import io.certferry.edge.FieldErrors;
import io.certferry.edge.ProblemException;
import io.certferry.messaging.Cause;
import io.certferry.packaging.DevicePackages.Built;
import io.certferry.packaging.DevicePackages.BuiltForm;
import io.certferry.packaging.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A package as pfx-import-service hands it over: bytes that only the device can open, and what they
 * are about.
 *
 * @param grantJws the decision it was made by
 * @param cause of the command that led to it
 */
record SealedPackage(
    UUID requestId,
    NaturalKey naturalKey,
    String grantJws,
    String platform,
    CertificateFacts certificate,
    Built built,
    Cause cause) {

  static final String KIND = "imported-pfx";

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern THUMBPRINT = Pattern.compile("[0-9A-F]{40}");
  private static final Pattern CORRELATION_ID = Pattern.compile("[\\x21-\\x7E]{1,128}");

  UUID packageId() {
    return built.packageId();
  }

  String sha256() {
    return built.cms().sha256();
  }

  /** Whether a grant whose signature holds says what the body says. */
  boolean isWhatWasGranted(Grant grant) {
    return grant.kind().equals(KIND)
        && grant.importedPfx() != null
        && grant.requestId().equals(requestId)
        && grant.naturalKey().equals(naturalKey)
        && grant.deviceKeySha256().equals(built.deviceKeySha256())
        && grant.device().platform().equals(platform);
  }

  /** The JSON of docs/contracts/internal-packages.md. */
  private record Body(
      @Nullable UUID requestId,
      @Nullable NaturalKey naturalKey,
      @Nullable String kind,
      @Nullable String grant,
      @Nullable String deviceKeySha256,
      @Nullable String platform,
      @Nullable CertificateFacts certificate,
      @Nullable String sha256,
      @Nullable Map<String, Bytes> forms,
      @Nullable String correlationId) {}

  /**
   * Reads and checks a body.
   *
   * @throws ProblemException 400 if it is no such JSON, 422 with all that is wrong
   */
  static SealedPackage parse(UUID packageId, byte[] json, @Nullable String traceparent) {
    Body body;
    try {
      body = ContractJson.read(json, Body.class);
    } catch (IllegalArgumentException e) {
      throw ProblemException.unparsable(
          List.of(new FieldError("", "json", "is no package: " + e.getMessage())));
    }
    return new Reading(body).read(packageId, traceparent);
  }

  /** One body and what is wrong with it. */
  private static final class Reading {
    private final Body body;
    private final FieldErrors errors = new FieldErrors();

    Reading(Body body) {
      this.body = body;
    }

    SealedPackage read(UUID packageId, @Nullable String traceparent) {
      UUID requestId = given(body.requestId(), "/requestId");
      NaturalKey naturalKey = given(body.naturalKey(), "/naturalKey");
      String grant = given(body.grant(), "/grant");
      String platform = given(body.platform(), "/platform");
      CertificateFacts certificate = given(body.certificate(), "/certificate");
      errors.require(KIND.equals(body.kind()), "/kind", "one-of", "must be " + KIND);
      String deviceKey = matching(body.deviceKeySha256(), SHA256, "/deviceKeySha256");
      String correlationId = matching(body.correlationId(), CORRELATION_ID, "/correlationId");
      List<BuiltForm> forms = forms();
      check(naturalKey);
      errors.throwIfAny();
      return new SealedPackage(
          must(requestId),
          must(naturalKey),
          must(grant),
          must(platform),
          must(certificate),
          new Built(packageId, deviceKey, forms),
          new Cause(correlationId, null, traceparent));
    }

    private void check(@Nullable NaturalKey key) {
      if (key != null) {
        errors.require(
            Keys.DEVICE_ID.matcher(key.deviceId()).matches(),
            "/naturalKey/deviceId",
            "format",
            "must match " + Keys.DEVICE_ID.pattern());
        errors.require(
            THUMBPRINT.matcher(key.item()).matches(),
            "/naturalKey/item",
            "format",
            "must be a thumbprint in upper-case hex");
        errors.require(
            key.generation() > 0, "/naturalKey/generation", "range", "must be 1 or more");
      }
    }

    /** The envelope first, its hash as the body says it. */
    private List<BuiltForm> forms() {
      List<BuiltForm> forms = new ArrayList<>();
      Map<String, Bytes> given = body.forms() == null ? Map.of() : body.forms();
      given.forEach((id, content) -> form(id, content).ifPresent(forms::add));
      forms.sort(java.util.Comparator.comparing(BuiltForm::form));
      if (forms.isEmpty() || forms.get(0).form() != Form.CMS) {
        errors.add("/forms/cms", "required", "must be given");
      } else if (!forms.get(0).sha256().equals(body.sha256())) {
        errors.add("/sha256", "digest", "is not the SHA-256 of the cms form");
      }
      return forms;
    }

    private Optional<BuiltForm> form(String id, @Nullable Bytes content) {
      Optional<Form> form = Form.byId(id);
      if (form.isEmpty()) {
        errors.add("/forms", "unknown-form", "must be of cms, mobileconfig, syncml, json");
      } else if (content == null || content.length() == 0) {
        errors.add("/forms/" + id, "required", "must not be empty");
      } else {
        byte[] bytes = content.toArray();
        return Optional.of(new BuiltForm(form.get(), bytes, JwsKeys.sha256Hex(bytes)));
      }
      return Optional.empty();
    }

    private <T> @Nullable T given(@Nullable T value, String field) {
      errors.require(value != null, field, "required", "must be given");
      return value;
    }

    private String matching(@Nullable String text, Pattern pattern, String field) {
      String value = text == null ? "" : text;
      errors.require(
          pattern.matcher(value).matches(), field, "format", "must match " + pattern.pattern());
      return value;
    }

    private static <T> T must(@Nullable T value) {
      return java.util.Objects.requireNonNull(value);
    }
  }
}
