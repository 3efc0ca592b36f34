package io.certferry.systemtests;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What the machine's cores make of keys and signatures with the provider in use, with nothing else
 * running.
 */
final class RawRates {

  private static final byte[] MESSAGE = new byte[256];

  private RawRates() {}

  /** Key pairs a second on all cores. */
  static double keyPairs(String algorithm, int size, Duration duration) {
    return perSecond(
        duration,
        () -> {
          KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
          generator.initialize(size);
          return generator::generateKeyPair;
        });
  }

  /** Signatures a second on all cores. */
  static double signatures(String keyAlgorithm, int size, String algorithm, Duration duration) {
    return perSecond(
        duration,
        () -> {
          KeyPairGenerator generator = KeyPairGenerator.getInstance(keyAlgorithm);
          generator.initialize(size);
          KeyPair keys = generator.generateKeyPair();
          Signature signature = Signature.getInstance(algorithm);
          return () -> sign(signature, keys);
        });
  }

  private static byte[] sign(Signature signature, KeyPair keys) throws GeneralSecurityException {
    signature.initSign(keys.getPrivate());
    signature.update(MESSAGE);
    return signature.sign();
  }

  private static double perSecond(Duration duration, Callable<Callable<?>> prepare) {
    int cores = Runtime.getRuntime().availableProcessors();
    ExecutorService threads = Executors.newFixedThreadPool(cores);
    try {
      List<Future<Double>> rates = new ArrayList<>();
      for (int i = 0; i < cores; i++) {
        rates.add(threads.submit(() -> rateOfOneThread(duration, prepare.call())));
      }
      double sum = 0;
      for (Future<Double> rate : rates) {
        sum += rate.get();
      }
      return sum;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      threads.shutdownNow();
    }
  }

  private static double rateOfOneThread(Duration duration, Callable<?> operation) throws Exception {
    long start = System.nanoTime();
    long end = start + duration.toNanos();
    long count = 0;
    while (System.nanoTime() < end) {
      operation.call();
      count++;
    }
    return count * 1e9 / (System.nanoTime() - start);
  }
}
