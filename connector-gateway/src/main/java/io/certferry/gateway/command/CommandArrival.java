package io.certferry.gateway.command;

import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Tells the workers of this process, after a commit, that rows are waiting. */
@Singleton
public class CommandArrival {

  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  public void onArrival(Runnable listener) {
    listeners.add(listener);
  }

  public void announce() {
    listeners.forEach(Runnable::run);
  }
}
