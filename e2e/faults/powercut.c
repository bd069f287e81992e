// A power cut for one process: whatever a file held at its last successful fsync is kept in a shadow folder; the test
// puts the shadow back after killing the process. Preloaded. POWERCUT_DIR is watched, POWERCUT_SHADOW takes the copies.
// POWERCUT_FORGET=-wal is the control: syncs of such files count as not done, as with synchronous=NORMAL.
// A full disk: while a file named POWERCUT_FULL is there, every write into POWERCUT_DIR fails with ENOSPC.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;

static void keep(int fd) {
  const char *dir = getenv("POWERCUT_DIR"), *shadow = getenv("POWERCUT_SHADOW"), *forget = getenv("POWERCUT_FORGET");
  char link[64], path[4096], to[4096], tmp[4200], buffer[65536];
  if (!dir || !shadow) return;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n <= 0) return;
  path[n] = 0;
  if (strncmp(path, dir, strlen(dir)) != 0) return;
  if (forget && n > (ssize_t)strlen(forget) && strcmp(path + n - strlen(forget), forget) == 0) return;
  snprintf(to, sizeof to, "%s/%s", shadow, strrchr(path, '/') + 1);
  snprintf(tmp, sizeof tmp, "%s.part", to);
  pthread_mutex_lock(&one);
  int in = open(path, O_RDONLY), out = open(tmp, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  while (in >= 0 && out >= 0 && (n = read(in, buffer, sizeof buffer)) > 0)
    if (write(out, buffer, n) != n) break;
  if (in >= 0) close(in);
  if (out >= 0) close(out);
  rename(tmp, to);
  pthread_mutex_unlock(&one);
}

static int full(int fd) {
  const char *dir = getenv("POWERCUT_DIR"), *flag = getenv("POWERCUT_FULL");
  char link[64], path[4096];
  if (!dir || !flag || access(flag, F_OK) != 0) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n <= 0) return 0;
  path[n] = 0;
  return strncmp(path, dir, strlen(dir)) == 0;
}

#define WRITES(name, declared, ...)                                        \
  ssize_t name declared {                                                  \
    static ssize_t(*real) declared;                                        \
    if (!real) real = (ssize_t(*) declared)dlsym(RTLD_NEXT, #name);        \
    if (full(fd)) { errno = ENOSPC; return -1; }                           \
    return real(__VA_ARGS__);                                              \
  }
WRITES(write, (int fd, const void *b, size_t n), fd, b, n)
WRITES(pwrite, (int fd, const void *b, size_t n, off_t at), fd, b, n, at)
WRITES(pwrite64, (int fd, const void *b, size_t n, off64_t at), fd, b, n, at)

int fsync(int fd) {
  static int (*real)(int);
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  int r = real(fd);
  if (r == 0) keep(fd);
  return r;
}

int fdatasync(int fd) {
  static int (*real)(int);
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  int r = real(fd);
  if (r == 0) keep(fd);
  return r;
}
