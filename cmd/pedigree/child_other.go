//go:build !linux

package main

import "syscall"

// childAttributes puts a node in a process group of its own.
func childAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
