package io.certferry.profile.device;

import io.certferry.pki.certificate.ChainVerdict;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Verdicts by certificate, the longest unused one forgotten first. Two threads may judge the same
 * certificate at once; that is harmless.
 */
final class VerdictCache {

  private final Duration keepFor;
  private final Map<String, Entry> entries;

  VerdictCache(int limit, Duration keepFor) {
    this.keepFor = keepFor;
    this.entries =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Entry> eldest) {
            return size() > limit;
          }
        };
  }

  ChainVerdict get(String key, Instant now, Supplier<ChainVerdict> judge) {
    synchronized (entries) {
      Entry entry = entries.get(key);
      if (entry != null && now.isBefore(entry.until)) {
        return entry.verdict;
      }
    }
    ChainVerdict verdict = judge.get();
    synchronized (entries) {
      entries.put(key, new Entry(verdict, now.plus(keepFor)));
    }
    return verdict;
  }

  private record Entry(ChainVerdict verdict, Instant until) {}
}
