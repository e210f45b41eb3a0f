/* Counts the calls by which a process changes files below one directory, has the engine change something, or answers, and
   kills it or makes calls fail at chosen ones. To be loaded before libc:

     cc -shared -fPIC -O2 -o faults.so faults.c -ldl
     LD_PRELOAD=faults.so FAULTS_ROOT=/dir FAULTS_CONTROL=/file FAULTS_LOG=/file program

   The control file is shared memory, so that a test steers a running process and still reads the counter of a dead one.
   Unlike strace's injection this counts over all threads, and what is not armed runs at full speed. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* What a call does; Faults.java has the same bits. */
enum { CHANGES = 1, NEEDS_ROOM = 2, READS = 4, ASKS = 8, ASKED = 16, ANSWERS = 32 };

/* Faults.java writes all but the last two. */
struct control {
    volatile int64_t armed; /* 0: nothing is counted */
    volatile int64_t mask;  /* which kinds count */
    volatile int64_t error; /* 0: kill; otherwise the errno to fail with */
    volatile int64_t first; /* the first call to act on, counted from 1; 0: none */
    volatile int64_t last;
    volatile int64_t count;
    volatile int64_t hits;
};

static struct control *control;
static const char *root;
static size_t root_length;
static int log_file = -1;

__attribute__((constructor)) static void load(void) {
    const char *shared = getenv("FAULTS_CONTROL"), *log = getenv("FAULTS_LOG");
    root = getenv("FAULTS_ROOT");
    if (!shared || !root || !log) return;
    root_length = strlen(root);
    int fd = syscall(SYS_openat, AT_FDCWD, shared, O_RDWR | O_CLOEXEC);
    void *memory = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    syscall(SYS_close, fd);
    log_file = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (memory != MAP_FAILED) control = memory;
}

/* Counts a call and acts on it. Returns whether it shall fail, with errno set. */
static int strikes(int kind, const char *call, const char *what) {
    if (!(kind & control->mask)) return 0;
    int64_t n = __sync_add_and_fetch(&control->count, 1);
    int hit = control->first && n >= control->first && n <= control->last;
    char line[PATH_MAX + 64];
    int length = snprintf(line, sizeof line, "%ld %s%s %s\n", (long) n, hit ? "! " : "", call, what);
    syscall(SYS_write, log_file, line, length);
    if (!hit) return 0;
    __sync_add_and_fetch(&control->hits, 1);
    if (!control->error) {
        syscall(SYS_kill, getpid(), SIGKILL);
        for (;;) pause();
    }
    errno = (int) control->error;
    return 1;
}

static int armed(void) { return control && control->armed; }

static int of_descriptor(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_MAX - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return 1;
}

/* Below the root: as a path relative to it. */
static const char *below_root(const char *path) {
    return strncmp(path, root, root_length) || path[root_length] != '/' ? NULL : path + root_length + 1;
}

static int path_strikes(int kind, const char *call, int dir, const char *name) {
    char path[2 * PATH_MAX];
    int before = errno;
    if (!armed() || !name) return 0;
    if (name[0] == '/' || dir == AT_FDCWD) {
        snprintf(path, sizeof path, "%s", name);
    } else {
        char parent[PATH_MAX];
        if (!of_descriptor(dir, parent)) return 0;
        snprintf(path, sizeof path, "%s/%s", parent, name);
    }
    const char *below = below_root(path);
    errno = before;
    return below && strikes(kind, call, below);
}

/* The kind of a socket: to a Unix socket one asks the engine, by TCP one answers a client. */
static int of_socket(int fd) {
    struct sockaddr_storage peer;
    socklen_t length = sizeof peer;
    if (getpeername(fd, (struct sockaddr *) &peer, &length)) return 0;
    return peer.ss_family == AF_UNIX ? ASKS : ANSWERS;
}

static int file_strikes(int kind, const char *call, int fd) {
    char path[PATH_MAX];
    int before = errno;
    if (!armed() || !of_descriptor(fd, path)) return 0;
    errno = before;
    const char *below = below_root(path);
    return below && strikes(kind, call, below);
}

static void first_line(const void *data, size_t length, char *line) {
    size_t i = 0;
    for (; i < length && i < 120 && ((const char *) data)[i] >= ' '; i++) line[i] = ((const char *) data)[i];
    line[i] = 0;
}

#define REAL(name) static __typeof__(name) *real; if (!real) real = (__typeof__(name) *) dlsym(RTLD_NEXT, #name)

static int open_kind(int flags) {
    return flags & O_CREAT ? CHANGES | NEEDS_ROOM : flags & (O_WRONLY | O_RDWR | O_TRUNC) ? CHANGES : READS;
}

#define OPEN_BODY(dir, call) \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
    va_end(rest); \
    if (path_strikes(open_kind(flags), flags & O_CREAT ? "create" : "open", dir, name)) return -1; \
    return call

int open(const char *name, int flags, ...) { REAL(open); OPEN_BODY(AT_FDCWD, real(name, flags, mode)); }
int open64(const char *name, int flags, ...) { REAL(open64); OPEN_BODY(AT_FDCWD, real(name, flags, mode)); }
int openat(int dir, const char *name, int flags, ...) { REAL(openat); OPEN_BODY(dir, real(dir, name, flags, mode)); }
int openat64(int dir, const char *name, int flags, ...) { REAL(openat64); OPEN_BODY(dir, real(dir, name, flags, mode)); }

#define ON_PATH(name, kind, dir, path, parameters, arguments) \
    int name parameters { REAL(name); if (path_strikes(kind, #name, dir, path)) return -1; return real arguments; }

ON_PATH(mkdir, CHANGES | NEEDS_ROOM, AT_FDCWD, path, (const char *path, mode_t mode), (path, mode))
ON_PATH(rename, CHANGES | NEEDS_ROOM, AT_FDCWD, from, (const char *from, const char *to), (from, to))
ON_PATH(renameat, CHANGES | NEEDS_ROOM, in, from, (int in, const char *from, int out, const char *to), (in, from, out, to))
ON_PATH(unlinkat, CHANGES, dir, path, (int dir, const char *path, int flags), (dir, path, flags))
ON_PATH(rmdir, CHANGES, AT_FDCWD, path, (const char *path), (path))
ON_PATH(chmod, CHANGES, AT_FDCWD, path, (const char *path, mode_t mode), (path, mode))
ON_PATH(chown, CHANGES, AT_FDCWD, path, (const char *path, uid_t uid, gid_t gid), (path, uid, gid))
ON_PATH(lchown, CHANGES, AT_FDCWD, path, (const char *path, uid_t uid, gid_t gid), (path, uid, gid))

/* A disk is full no more when BotMaker gives up the file that it keeps for that case. */
int unlink(const char *path) {
    REAL(unlink);
    if (path_strikes(CHANGES, "unlink", AT_FDCWD, path)) return -1;
    int result = real(path);
    if (!result && armed() && control->error == ENOSPC && below_root(path) && !strcmp(below_root(path), "reserve"))
        control->armed = 0;
    return result;
}

#define ON_FILE(name, kind, parameters, arguments) \
    int name parameters { REAL(name); if (file_strikes(kind, #name, fd)) return -1; return real arguments; }

ON_FILE(fsync, CHANGES | NEEDS_ROOM, (int fd), (fd))
ON_FILE(fdatasync, CHANGES | NEEDS_ROOM, (int fd), (fd))
ON_FILE(fchmod, CHANGES, (int fd, mode_t mode), (fd, mode))
ON_FILE(fchown, CHANGES, (int fd, uid_t uid, gid_t gid), (fd, uid, gid))
ON_FILE(ftruncate64, CHANGES, (int fd, off64_t length), (fd, length))

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) {
    REAL(pwrite64);
    if (file_strikes(CHANGES | NEEDS_ROOM, "pwrite", fd)) return -1;
    return real(fd, data, length, at);
}

/* Requests that change nothing, and what ends them, do not count: the next call that does will see the same. */
static int only_looks(const char *line) { return !*line || !strncmp(line, "GET ", 4); }

/* A request may also be cut off when the other side has it and nobody waits for the answer. */
#define WRITE_BODY(data, length, call) \
    int before = errno, socket = armed() ? of_socket(fd) : 0; \
    errno = before; \
    if (!socket) { \
        if (file_strikes(CHANGES | NEEDS_ROOM, "write", fd)) return -1; \
        return call; \
    } \
    char line[128]; \
    first_line(data, length, line); \
    if (socket == ASKS && only_looks(line)) return call; \
    if (strikes(socket, socket == ASKS ? "ask" : "answer", line)) return -1; \
    ssize_t written = call; \
    if (socket == ASKS) strikes(ASKED, "asked", line); \
    return written

ssize_t write(int fd, const void *data, size_t length) { REAL(write); WRITE_BODY(data, length, real(fd, data, length)); }
ssize_t writev(int fd, const struct iovec *parts, int n) {
    REAL(writev);
    WRITE_BODY(n > 0 ? parts[0].iov_base : "", n > 0 ? parts[0].iov_len : 0, real(fd, parts, n));
}
ssize_t send(int fd, const void *data, size_t length, int flags) {
    REAL(send);
    WRITE_BODY(data, length, real(fd, data, length, flags));
}

/* A disk on which a write has just failed for want of room is full for those who ask, too. */
int statvfs64(const char *path, struct statvfs64 *answer) {
    REAL(statvfs64);
    int result = real(path, answer);
    if (!result && armed() && control->hits && control->error == ENOSPC) answer->f_bavail = answer->f_bfree = 0;
    return result;
}
