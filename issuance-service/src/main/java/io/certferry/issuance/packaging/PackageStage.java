package io.certferry.issuance.packaging;

import io.certferry.issuance.request.RequestStore;
import io.certferry.issuance.request.Stage;
import io.certferry.issuance.request.StageConfig;
import io.certferry.issuance.request.Stages;
import io.certferry.issuance.request.WorkBudget;
import io.certferry.messaging.WorkLoop;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * From a certificate that the CA gave, or roots that the grant names, to a package that the device
 * can fetch.
 */
@Singleton
class PackageStage {

  private static final String CLAIM =
      RequestStore.claimWith(PackageClaim.COLUMNS, PackageClaim.JOINS);

  private final RequestStore requests;
  private final PackageWork work;
  private final PackageCommit commit;
  private final Redelivery redelivery;
  private final StageConfig.Loop config;
  private final WorkBudget budget;

  PackageStage(
      RequestStore requests,
      PackageWork work,
      PackageCommit commit,
      Redelivery redelivery,
      StageConfig config) {
    this.requests = requests;
    this.work = work;
    this.commit = commit;
    this.redelivery = redelivery;
    this.config = config.packaging();
    this.budget = new WorkBudget(this.config);
  }

  void start(@Observes StartupEvent event, Stages stages) {
    if (config.enabled()) {
      stages.run(
          Stage.PACKAGE,
          new WorkLoop("package-stage", config.threads(), config.pollInterval(), this::step));
    }
  }

  /**
   * Claims some rows and works on them; blocks.
   *
   * @return how many
   */
  int step() {
    List<PackageClaim> claims =
        requests.claim(CLAIM, Stage.PACKAGE, budget.rows(), PackageClaim::of);
    if (claims.isEmpty()) {
      return redelivery.step();
    }
    commit.commit(budget.spend(claims, work::work, PackageOutcome.Unworked::new));
    return claims.size();
  }
}
