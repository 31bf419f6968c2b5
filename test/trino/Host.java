import static io.trino.testing.TestingSession.testSessionBuilder;

import io.trino.plugin.memory.MemoryPlugin;
import io.trino.testing.DistributedQueryRunner;
import java.util.Map;

/** A Trino server of one node with an empty catalog in memory; prints its address and ends with its standard input. */
public class Host {
    public static void main(String[] arguments) throws Exception {
        var session = testSessionBuilder().setCatalog("memory").setSchema("default").build();
        var runner = DistributedQueryRunner.builder(session).setNodeCount(1).build();
        runner.installPlugin(new MemoryPlugin());
        runner.createCatalog("memory", "memory", Map.of("memory.max-data-per-node", "256MB"));
        System.out.println("ADDRESS " + runner.getCoordinator().getBaseUrl());
        while (System.in.read() >= 0) {}
        System.exit(0);
    }
}
