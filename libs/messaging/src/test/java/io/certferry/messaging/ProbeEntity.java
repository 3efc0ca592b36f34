package io.certferry.messaging;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.jspecify.annotations.Nullable;

/** Makes Hibernate Reactive start; nothing is stored. */
@Entity
public class ProbeEntity {
  @Id public @Nullable Long id;
}
