package io.certferry.issuance.request;

import io.certferry.messaging.WorkLoop;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Map;

/**
 * The running loops of the stages, so that whoever moves a request can wake the one that acts next.
 */
@Singleton
public class Stages {

  private final Map<Stage, WorkLoop> loops = new EnumMap<>(Stage.class);

  /** Starts the loop of a stage; it is stopped with the application. */
  public synchronized void run(Stage stage, WorkLoop loop) {
    loops.put(stage, loop);
    loop.start();
  }

  /** After a commit: there may be something to do. */
  public synchronized void nudge(Stage stage) {
    WorkLoop loop = loops.get(stage);
    if (loop != null) {
      loop.nudge();
    }
  }

  synchronized void stop(@Observes ShutdownEvent event) {
    loops.values().forEach(WorkLoop::stop);
    loops.clear();
  }
}
