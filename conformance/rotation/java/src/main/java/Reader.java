import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;

/**
 * Lists the pods of its namespace again and again with its in-cluster configuration. It prints a line
 * for each request, START_MS END_MS STATUS, where status 0 stands for no answer.
 */
public final class Reader {
  private static final long PAUSE_MS = 200;

  private Reader() {}

  public static void main(String[] args) throws InterruptedException {
    try (KubernetesClient client = new KubernetesClientBuilder().build()) {
      while (true) {
        long startedAt = System.currentTimeMillis();
        int status = list(client);
        System.out.println(startedAt + " " + System.currentTimeMillis() + " " + status);
        Thread.sleep(PAUSE_MS);
      }
    }
  }

  private static int list(KubernetesClient client) {
    try {
      client.pods().list();
      return 200;
    } catch (KubernetesClientException error) {
      if (error.getCode() == 0) System.err.println(error.getMessage());
      return error.getCode();
    }
  }
}
