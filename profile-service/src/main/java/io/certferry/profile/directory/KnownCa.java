package io.certferry.profile.directory;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.event.ConnectorReported.Template;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A CA that at least one connector of the tenant reported.
 *
 * @param notAfter end of the issuing CA's own certificate; null when its connector sent none
 * @param templates by name, each once
 * @param issuing its own certificate, DER; null when its connector sent none
 * @param root the last of its chain, DER; null when its connector sent none
 */
public record KnownCa(
    String caId,
    @Nullable Instant notAfter,
    List<Template> templates,
    @Nullable Bytes issuing,
    @Nullable Bytes root) {

  /** The template of a name (its cn). */
  public Optional<Template> template(String name) {
    return templates.stream().filter(t -> t.name().equals(name)).findFirst();
  }

  /** The template that is shown under a name, for a hint to who typed that. */
  public Optional<Template> templateShownAs(String displayName) {
    return templates.stream()
        .filter(
            t ->
                t.displayName().equalsIgnoreCase(displayName)
                    || t.name().equalsIgnoreCase(displayName))
        .findFirst();
  }
}
