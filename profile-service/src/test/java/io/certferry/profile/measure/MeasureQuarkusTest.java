package io.certferry.profile.measure;

import static io.certferry.profile.Client.TENANT;
import static io.certferry.profile.Client.assign;
import static io.certferry.profile.Client.checkIn;
import static io.certferry.profile.Client.create;
import static io.certferry.profile.Client.userProfile;
import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.profile.ServiceTest;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The gauges on real PostgreSQL; time is moved by moving what the database says of it. */
@QuarkusTest
class MeasureQuarkusTest extends ServiceTest {

  @Inject Pool pool;
  @Inject MeterRegistry metrics;
  @Inject CertificateGauges certificates;
  @Inject ConnectorGauges connectors;

  @Test
  void countsACertificateOnTheDayOnWhichItEnds() {
    // Given
    UUID request = enrolled();
    certificates.measure();
    double before = expiring(17);

    // When
    ends(request, "17 days 5 hours");
    certificates.measure();
    double then = expiring(17);
    ends(request, "-2 days");
    certificates.measure();

    // Then
    assertThat(then).isEqualTo(before + 1);
    assertThat(expiring(17)).isEqualTo(before);
    assertThat(metrics.get("certferry.certificates.expired").gauge().value()).isPositive();
  }

  @Test
  void countsWhatIsAwaited() {
    // Given
    certificates.measure();
    double before = awaited();

    // When
    enrolled();
    certificates.measure();

    // Then
    assertThat(awaited()).isEqualTo(before + 1);
  }

  @Test
  void countsNoConnectorThatHasBeenSilent() {
    // Given
    sql("update connector set reported_at = now()");
    connectors.measure();
    double reporting = active();

    // When
    sql("update connector set reported_at = now() - interval '2 minutes'");
    connectors.measure();

    // Then
    assertThat(reporting).isPositive();
    assertThat(active()).isZero();
    assertThat(metrics.get("certferry.connector.last.seen.seconds").gauge().value())
        .isBetween(120.0, 180.0);
  }

  private UUID enrolled() {
    UUID profile = create(TENANT, userProfile());
    assign(TENANT, profile, "group", group);
    checkIn(TENANT, checkIn(device, group)).then().statusCode(202);
    return command(commands(1).get(0)).requestId();
  }

  private void ends(UUID request, String fromNow) {
    pool.preparedQuery(
            "update enrolment set not_after = now() + $2::text::interval where request_id = $1")
        .execute(Tuple.of(request, fromNow))
        .await()
        .indefinitely();
  }

  private void sql(String statement) {
    pool.query(statement).execute().await().indefinitely();
  }

  private double expiring(int days) {
    return metrics
        .get("certferry.certificates.expiring")
        .tag("days", Integer.toString(days))
        .gauge()
        .value();
  }

  private double awaited() {
    return metrics.get("certferry.enrolments.open").tag("renewal", "false").gauge().value();
  }

  private double active() {
    return metrics.get("certferry.connectors.active").gauges().stream()
        .mapToDouble(gauge -> gauge.value())
        .sum();
  }
}
