package netns

import "syscall"

// setns is the number of the system call.
const setns = syscall.SYS_SETNS
