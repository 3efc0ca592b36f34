package io.certferry.gateway.registry;

import io.certferry.gateway.driver.ProbeReport;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The last probe of each CA by this connector. Blocking. */
@ApplicationScoped
class ProbeStore {

  private final Mutiny.SessionFactory sessions;
  private final ConnectorIdentity identity;
  private final InstantSource clock;

  ProbeStore(Mutiny.SessionFactory sessions, ConnectorIdentity identity, InstantSource clock) {
    this.sessions = sessions;
    this.identity = identity;
    this.clock = clock;
  }

  CaProbe store(String caId, ProbeReport report) {
    CaProbe probe = new CaProbe(caId, identity.id(), clock.instant(), report);
    return Sessions.await(() -> sessions.withTransaction(session -> session.merge(probe)));
  }

  @Nullable CaProbe last(String caId) {
    CaProbe.Key key = new CaProbe.Key(caId, identity.id());
    return Sessions.await(() -> sessions.withSession(session -> session.find(CaProbe.class, key)));
  }
}
