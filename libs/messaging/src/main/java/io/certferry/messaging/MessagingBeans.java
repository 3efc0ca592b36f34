package io.certferry.messaging;

import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The beans that every service has and a test may replace. */
@Dependent
class MessagingBeans {

  @Produces
  @Singleton
  @DefaultBean
  InstantSource systemTime() {
    return InstantSource.system();
  }

  @Produces
  @Singleton
  @DefaultBean
  ServiceName serviceName(@ConfigProperty(name = "quarkus.application.name") String name) {
    return new ServiceName(name);
  }
}
