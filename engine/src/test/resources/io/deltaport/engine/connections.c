/* Preloaded into a child process: writes down and refuses whatever would leave the machine. */
#define _GNU_SOURCE
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <dlfcn.h>

static int refused(const char* call) {
  FILE* log = fopen(getenv("CONNECTIONS"), "a");
  if (log != NULL) {
    fprintf(log, "%s\n", call);
    fclose(log);
  }
  errno = ENETUNREACH;
  return -1;
}

static int leaves(const struct sockaddr* address) {
  return address != NULL && (address->sa_family == AF_INET || address->sa_family == AF_INET6);
}

int connect(int socket, const struct sockaddr* address, socklen_t length) {
  int (*real)(int, const struct sockaddr*, socklen_t) = dlsym(RTLD_NEXT, "connect");
  return leaves(address) ? refused("connect") : real(socket, address, length);
}

ssize_t sendto(int socket, const void* data, size_t size, int flags, const struct sockaddr* to, socklen_t length) {
  ssize_t (*real)(int, const void*, size_t, int, const struct sockaddr*, socklen_t) = dlsym(RTLD_NEXT, "sendto");
  return leaves(to) ? refused("sendto") : real(socket, data, size, flags, to, length);
}

int getaddrinfo(const char* node, const char* service, const struct addrinfo* hints, struct addrinfo** result) {
  refused(node == NULL ? "getaddrinfo" : node);
  return EAI_FAIL;
}
