package io.certferry.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class GroupCommitTest {

  @Test
  void writesWhatWaitsInOneGroup() throws Exception {
    // Given
    List<Integer> groups = new CopyOnWriteArrayList<>();
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    try (GroupCommit<Integer, Integer> commit =
        new GroupCommit<>(
            "test",
            100,
            group -> {
              groups.add(group.size());
              first.countDown();
              await(go);
              return group.stream().map(i -> i * 2).toList();
            })) {
      CompletableFuture<Integer> alone = commit.submit(1);
      first.await();

      // When
      List<CompletableFuture<Integer>> rest = new ArrayList<>();
      for (int i = 2; i <= 10; i++) {
        rest.add(commit.submit(i));
      }
      go.countDown();

      // Then
      assertThat(alone.get()).isEqualTo(2);
      for (int i = 2; i <= 10; i++) {
        assertThat(rest.get(i - 2).get()).isEqualTo(i * 2);
      }
      assertThat(groups).containsExactly(1, 9);
    }
  }

  @Test
  void harmsNobodyButTheBadEntry() {
    // Given
    try (GroupCommit<Integer, Integer> commit =
        new GroupCommit<>(
            "test",
            100,
            group -> {
              if (group.contains(13)) {
                throw new IllegalArgumentException("13");
              }
              return group;
            })) {

      // When
      CompletableFuture<Integer> good = commit.submit(12);
      CompletableFuture<Integer> bad = commit.submit(13);

      // Then
      assertThat(good.join()).isEqualTo(12);
      assertThatThrownBy(bad::join).hasRootCauseMessage("13");
    }
  }

  @Test
  void writesWhatWaitsBeforeItCloses() {
    // Given
    List<Integer> written = new CopyOnWriteArrayList<>();
    GroupCommit<Integer, Integer> commit =
        new GroupCommit<>(
            "test",
            10,
            group -> {
              written.addAll(group);
              return group;
            });

    // When
    for (int i = 0; i < 100; i++) {
      commit.submit(i);
    }
    commit.close();

    // Then
    assertThat(written).hasSize(100);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
