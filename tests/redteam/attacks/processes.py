"""Attacks on other processes and on the machine: new processes, signals, limits, priorities, privileges."""

import ctypes
import os
import resource
import signal
import subprocess
import sys
import threading
import time

from known import GRADER, SERVER, TREE, Won, answers_right, stopped_by


def _call(*arguments):
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    result = libc.syscall(*(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def _right(k_to_accuracies):
    return max(sorted(k_to_accuracies), key=lambda k: sum(k_to_accuracies[k]) / len(k_to_accuracies[k]))


@stopped_by("seccomp", "rlimits")
def a_fork_bomb(k_to_accuracies):
    """Fork, and have the children fork"""
    pid = os.fork()
    if pid == 0:
        os._exit(0)  # one is enough to see that it could
    os.waitpid(pid, 0)
    raise Won("forked")


@stopped_by("seccomp", "rlimits")
def a_daemon(k_to_accuracies):
    """Leave a process behind, in a session of its own"""
    pid = os.fork()
    if pid == 0:
        os.setsid()
        if os.fork() == 0:
            for fd in range(5):
                os.close(fd)
            time.sleep(60)
        os._exit(0)
    os.waitpid(pid, 0)
    raise Won("left a daemon")


@stopped_by("seccomp", "rlimits")
def a_raw_clone(k_to_accuracies):
    """Fork by the system call itself"""
    number = {"x86_64": 56, "aarch64": 220}[os.uname().machine]
    pid = _call(number, int(signal.SIGCHLD), 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    raise Won("cloned")


@stopped_by("seccomp", "rlimits")
def a_raw_clone3(k_to_accuracies):
    """Fork by clone3, whose flags a filter cannot see"""
    arguments = (ctypes.c_uint64 * 8)(0, 0, 0, 0, int(signal.SIGCHLD), 0, 0, 0)
    pid = _call(435, ctypes.addressof(arguments), ctypes.sizeof(arguments))
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    raise Won("cloned")


@stopped_by("seccomp", "rlimits")
def a_thread_bomb(k_to_accuracies):
    """Start threads"""
    thread = threading.Thread(target=time.sleep, args=(0.01,))
    thread.start()
    thread.join()
    raise Won("started a thread")


@stopped_by("seccomp", "rlimits", "landlock")
def a_command(k_to_accuracies):
    """Run a program"""
    done = subprocess.run(["/bin/sh", "-c", "id"], capture_output=True, check=True)
    raise Won(str(done.stdout))


def a_program_in_its_place(k_to_accuracies):
    """Become another program by exec"""
    os.execv("/bin/cat", ["cat", f"{TREE}/solutions/project1/knn.py"])


@stopped_by("seccomp", "landlock6", "user")
def a_signal_to_the_grader(k_to_accuracies):
    """Signal the grader"""
    os.kill(GRADER, signal.SIGCONT)  # as harmless as SIGKILL would not be
    raise Won("signalled the grader")


@stopped_by("seccomp", "landlock6", "user")
def a_signal_to_the_fork_server(k_to_accuracies):
    """Signal the fork server"""
    os.kill(SERVER, signal.SIGCONT)
    raise Won("signalled the fork server")


@stopped_by("seccomp", "landlock6", "user")
def a_signal_to_everyone(k_to_accuracies):
    """Signal every process there is"""
    os.kill(-1, signal.SIGCONT)
    raise Won("signalled everyone")


@stopped_by("seccomp", "landlock6", "user")
def a_signal_by_a_descriptor(k_to_accuracies):
    """Signal the grader through a pidfd"""
    fd = _call(434, GRADER, 0)
    _call(424, fd, int(signal.SIGCONT), 0, 0)
    raise Won("signalled the grader")


@stopped_by("seccomp", "landlock6", "user")
def a_queued_signal(k_to_accuracies):
    """Queue a signal to a thread of the grader's"""
    number = {"x86_64": 234, "aarch64": 131}[os.uname().machine]
    _call(number, GRADER, GRADER, int(signal.SIGCONT))
    raise Won("signalled the grader")


@stopped_by("seccomp", "user")
def the_graders_priority(k_to_accuracies):
    """Renice the grader"""
    os.setpriority(os.PRIO_PROCESS, GRADER, os.getpriority(os.PRIO_PROCESS, GRADER))
    raise Won("set the grader's priority")


@stopped_by("seccomp", "user")
def the_graders_limits(k_to_accuracies):
    """Read and set the grader's limits"""
    resource.prlimit(GRADER, resource.RLIMIT_CORE, resource.prlimit(GRADER, resource.RLIMIT_CORE))
    raise Won("set the grader's limits")


@stopped_by("seccomp", "user")
def the_graders_processors(k_to_accuracies):
    """Say which processors the grader may use"""
    os.sched_setaffinity(GRADER, os.sched_getaffinity(GRADER))
    raise Won("set the grader's processors")


@stopped_by("seccomp", "landlock", "user", ordinary=False)
def the_grader_traced(k_to_accuracies):
    """Trace the grader by ptrace"""
    number = {"x86_64": 101, "aarch64": 117}[os.uname().machine]
    _call(number, 0x4206, GRADER, 0, 0)  # PTRACE_SEIZE, which does not stop it
    raise Won("traces the grader")


@stopped_by("seccomp", "landlock", "user", ordinary=False)
def the_graders_memory_by_a_call(k_to_accuracies):
    """Read the grader's memory by process_vm_readv"""
    number = {"x86_64": 310, "aarch64": 270}[os.uname().machine]
    here = ctypes.create_string_buffer(16)
    local = (ctypes.c_size_t * 2)(ctypes.addressof(here), 16)
    remote = (ctypes.c_size_t * 2)(id(None), 16)
    try:
        _call(number, GRADER, ctypes.addressof(local), 1, ctypes.addressof(remote), 1, 0)
    except OSError as error:
        if error.errno != 14:  # it may look, but nothing is at that address there
            raise
    raise Won("reads the grader's memory")


@stopped_by("seccomp", "user", ordinary=False)
def root_again(k_to_accuracies):
    """Become root again"""
    os.setresuid(0, 0, 0)
    raise Won("is root")


@stopped_by("seccomp", "user", ordinary=False)
def another_root_folder(k_to_accuracies):
    """Change the root folder"""
    os.chroot("/")
    raise Won("changed the root")


@stopped_by("seccomp", "user", ordinary=False)
def a_mount(k_to_accuracies):
    """Mount something"""
    number = {"x86_64": 165, "aarch64": 40}[os.uname().machine]
    try:
        _call(number, b"none", b"/nonexistent", b"tmpfs", 0, 0)
    except FileNotFoundError:  # it was asked where, so it may
        raise Won("may mount") from None


@stopped_by("seccomp")
def a_namespace_of_its_own(k_to_accuracies):
    """Make a user namespace, the way into the kernel's less trodden code"""
    number = {"x86_64": 272, "aarch64": 97}[os.uname().machine]
    new_user = 0x10000000
    _call(number, new_user)
    raise Won("made a namespace")


@stopped_by("seccomp")
def a_keyring(k_to_accuracies):
    """Leave something in the kernel's keyrings"""
    number = {"x86_64": 250, "aarch64": 219}[os.uname().machine]
    process_keyring = -2
    _call(number, 0, process_keyring, 1)
    raise Won("has a keyring")


@stopped_by("seccomp")
def shared_memory_of_system_v(k_to_accuracies):
    """Leave shared memory of the old kind"""
    libc = ctypes.CDLL(None, use_errno=True)
    number = libc.shmget(0, 4096, 0o1600)
    if number < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    libc.shmctl(number, 0, None)
    raise Won("has shared memory")


@stopped_by("seccomp")
def a_message_queue_of_system_v(k_to_accuracies):
    """Leave a message queue of the old kind"""
    libc = ctypes.CDLL(None, use_errno=True)
    number = libc.msgget(0, 0o1600)
    if number < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    libc.msgctl(number, 0, None)
    raise Won("has a message queue")


@stopped_by("seccomp")
def a_semaphore_of_system_v(k_to_accuracies):
    """Leave a semaphore of the old kind"""
    libc = ctypes.CDLL(None, use_errno=True)
    number = libc.semget(0, 1, 0o1600)
    if number < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    libc.semctl(number, 0, 0)
    raise Won("has a semaphore")


def a_posix_message_queue(k_to_accuracies):
    """Leave a POSIX message queue"""
    opening, unlinking = {"x86_64": (240, 241), "aarch64": (180, 181)}[os.uname().machine]
    _call(opening, b"redteam", os.O_CREAT | os.O_RDWR, 0o600, None)
    _call(unlinking, b"redteam")
    raise Won("has a message queue")


def io_uring(k_to_accuracies):
    """Set up io_uring, whose operations no filter sees"""
    parameters = ctypes.create_string_buffer(120)
    _call(425, 4, ctypes.addressof(parameters))
    raise Won("has a ring")


def programs_for_the_kernel(k_to_accuracies):
    """Load a program into the kernel by bpf"""
    number = {"x86_64": 321, "aarch64": 280}[os.uname().machine]
    attributes = ctypes.create_string_buffer(128)
    _call(number, 0, ctypes.addressof(attributes), 128)
    raise Won("talks to bpf")


def the_counters_of_the_machine(k_to_accuracies):
    """Open performance counters, to watch other processes"""
    number = {"x86_64": 298, "aarch64": 241}[os.uname().machine]
    attributes = ctypes.create_string_buffer(128)
    _call(number, ctypes.addressof(attributes), GRADER, -1, -1, 0)
    raise Won("counts")


@stopped_by("seccomp")
def its_own_limits(k_to_accuracies):
    """Set resource limits"""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    raise Won("set a limit")


@stopped_by("seccomp")
def a_filter_of_its_own(k_to_accuracies):
    """Change how it dies with its parent, by prctl"""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(1, 0, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    raise Won("outlives its parent")


@answers_right
def hooks_left_behind(k_to_accuracies):
    """Leave atexit hooks, trace functions, exception hooks and signal handlers behind"""
    import atexit

    atexit.register(os.kill, GRADER, signal.SIGKILL)
    sys.settrace(lambda *_: None)
    sys.setprofile(lambda *_: None)
    threading.settrace(lambda *_: None)
    sys.excepthook = lambda *_: os._exit(0)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)
    return _right(k_to_accuracies)


@answers_right
def an_alarm_left_behind(k_to_accuracies):
    """Set an alarm that goes off in the grader's code"""
    signal.signal(signal.SIGALRM, lambda *_: sys.exit(3))
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    answer = _right(k_to_accuracies)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return answer
