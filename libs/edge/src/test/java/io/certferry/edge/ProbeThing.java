package io.certferry.edge;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.jspecify.annotations.Nullable;

/** Makes Hibernate Reactive start; nothing is stored. */
@Entity
public class ProbeThing {
  @Id public @Nullable Long id;
}
