package io.certferry.profile.naming;

import io.certferry.contracts.event.DeviceCheckedIn;
import io.certferry.contracts.grant.Grant;
import io.certferry.edge.FieldError;
import io.certferry.edge.FieldErrors;
import io.certferry.pki.name.Attribute;
import io.certferry.pki.name.DistinguishedName;
import io.certferry.pki.name.NameTemplate;
import io.certferry.pki.name.NameTemplateException;
import io.certferry.pki.name.SubjectAltName;
import io.certferry.pki.name.ValueTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names of a profile, parsed once and rendered per device. Immutable. */
public final class NamePlan {

  private static final String SUBJECT = "/subject";
  private static final String SANS = "/subjectAlternativeNames";

  private final NameTemplate subject;
  private final List<SanTemplate> alternativeNames;

  private NamePlan(NameTemplate subject, List<SanTemplate> alternativeNames) {
    this.subject = subject;
    this.alternativeNames = alternativeNames;
  }

  /** The plan of names that were checked when their profile was stored. */
  public static NamePlan of(String subject, List<AlternativeName> alternativeNames) {
    return new NamePlan(
        NameTemplate.parse(subject), alternativeNames.stream().map(SanTemplate::parse).toList());
  }

  /**
   * Checks the names of a profile: rules {@code not-a-distinguished-name}, {@code
   * unknown-variable}, {@code user-variable}, {@code unknown-type} and {@code format}.
   *
   * @param ofDevice a device's certificate may not name user variables
   */
  public static void check(
      String subject,
      List<AlternativeName> alternativeNames,
      boolean ofDevice,
      FieldErrors problems) {
    try {
      checkVariables(SUBJECT, NameTemplate.parse(subject).variables(), ofDevice, problems);
    } catch (NameTemplateException e) {
      problems.add(SUBJECT, "not-a-distinguished-name", message(e));
    }
    for (int i = 0; i < alternativeNames.size(); i++) {
      checkAlternativeName(SANS + "/" + i, alternativeNames.get(i), ofDevice, problems);
    }
  }

  private static void checkAlternativeName(
      String field, AlternativeName name, boolean ofDevice, FieldErrors problems) {
    if (SanTemplate.typeOf(name.type()).isEmpty()) {
      problems.add(field + "/type", "unknown-type", "must be one of upn, email, dns, uri, ip");
      return;
    }
    try {
      SanTemplate template = SanTemplate.parse(name);
      checkVariables(field + "/value", template.value().variables(), ofDevice, problems);
      if (template.value().variables().isEmpty()) {
        template.render(Map.of());
      }
    } catch (NameTemplateException e) {
      problems.add(field + "/value", "format", message(e));
    }
  }

  private static void checkVariables(
      String field, Set<String> names, boolean ofDevice, FieldErrors problems) {
    for (String name : names) {
      Optional<Variable> variable = Variable.byName(name);
      if (variable.isEmpty()) {
        problems.add(
            field,
            "unknown-variable",
            "{{" + name + "}} is not known; known are " + String.join(", ", Variable.offered()));
      } else if (ofDevice && variable.get().scope() == Variable.Scope.USER) {
        problems.add(
            field,
            "user-variable",
            "{{" + name + "}} needs a user; this is a device's certificate");
      }
    }
  }

  /** The names for one device and its user. */
  public RenderedNames render(DeviceCheckedIn checkIn) {
    List<FieldError> errors = new ArrayList<>();
    DistinguishedName name = renderSubject(checkIn, errors);
    List<Grant.SubjectAlternativeName> names = new ArrayList<>();
    for (int i = 0; i < alternativeNames.size(); i++) {
      renderAlternativeName(i, checkIn, names, errors);
    }
    return name == null || !errors.isEmpty()
        ? new RenderedNames.Incomplete(List.copyOf(errors))
        : new RenderedNames.Complete(attributes(name), name.toRfc4514(), List.copyOf(names));
  }

  private @Nullable DistinguishedName renderSubject(
      DeviceCheckedIn checkIn, List<FieldError> errors) {
    try {
      return subject.render(Variable.valuesOf(subject.variables(), checkIn));
    } catch (NameTemplateException e) {
      errors.add(new FieldError(SUBJECT, "unrenderable", message(e)));
      return null;
    }
  }

  private void renderAlternativeName(
      int index,
      DeviceCheckedIn checkIn,
      List<Grant.SubjectAlternativeName> names,
      List<FieldError> errors) {
    SanTemplate template = alternativeNames.get(index);
    try {
      names.add(template.render(Variable.valuesOf(template.value().variables(), checkIn)));
    } catch (NameTemplateException e) {
      errors.add(new FieldError(SANS + "/" + index + "/value", "unrenderable", message(e)));
    }
  }

  private static List<List<Grant.NameAttribute>> attributes(DistinguishedName name) {
    return name.rdns().stream().map(rdn -> rdn.stream().map(NamePlan::attribute).toList()).toList();
  }

  private static Grant.NameAttribute attribute(Attribute attribute) {
    return new Grant.NameAttribute(attribute.typeName(), attribute.value());
  }

  private static String message(NameTemplateException e) {
    return String.valueOf(e.getMessage());
  }

  private record SanTemplate(SubjectAltName.Type type, ValueTemplate value) {

    static Optional<SubjectAltName.Type> typeOf(String type) {
      return switch (type) {
        case "upn" -> Optional.of(SubjectAltName.Type.UPN);
        case "email" -> Optional.of(SubjectAltName.Type.EMAIL);
        case "dns" -> Optional.of(SubjectAltName.Type.DNS);
        case "uri" -> Optional.of(SubjectAltName.Type.URI);
        case "ip" -> Optional.of(SubjectAltName.Type.IP);
        default -> Optional.empty();
      };
    }

    static SanTemplate parse(AlternativeName name) {
      SubjectAltName.Type type =
          typeOf(name.type())
              .orElseThrow(() -> new NameTemplateException("type " + name.type() + " is unknown"));
      return new SanTemplate(type, ValueTemplate.parse(name.value()));
    }

    Grant.SubjectAlternativeName render(Map<String, String> values) {
      String text = value.render(values);
      SubjectAltName name = new SubjectAltName(type, text);
      name.refusal()
          .ifPresent(
              why -> {
                throw new NameTemplateException("the value " + why);
              });
      return new Grant.SubjectAlternativeName(type.name().toLowerCase(Locale.ROOT), name.value());
    }
  }
}
