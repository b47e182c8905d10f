package netns

// setns is the number of the system call, which package syscall lacks here.
const setns = 308
