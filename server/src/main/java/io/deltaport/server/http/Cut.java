package io.deltaport.server.http;

import io.netty.channel.ChannelFuture;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Cuts a connection off. Vert.x closes one only after all that was written to it went out, which a
 * client that does not read can put off for ever.
 */
final class Cut {
  private Cut() {}

  static void off(HttpConnection connection) {
    if (connection instanceof ConnectionBase base) {
      ChannelFuture unused = base.channelHandlerContext().close();
    } else {
      connection.close();
    }
  }
}
