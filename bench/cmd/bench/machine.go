package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// machine describes where and from what the figures come.
func machine(now time.Time) string {
	return fmt.Sprintf("%s; %d processors, %s, %s; %s %s/%s; commit %s; %s",
		processor(), runtime.NumCPU(), memoryTotal(), fileSystem(os.TempDir()),
		runtime.Version(), runtime.GOOS, runtime.GOARCH, commit(), now.UTC().Format("2006-01-02 15:04 UTC"))
}

// field finds "name : value" in a file of /proc.
func field(path, name string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	for line := range bytes.Lines(text) {
		if key, value, ok := strings.Cut(string(line), ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func processor() string {
	if name := field("/proc/cpuinfo", "model name"); name != "" {
		return name
	}
	return "unknown processor"
}

func memoryTotal() string {
	var kilobytes float64
	if n, _ := fmt.Sscanf(field("/proc/meminfo", "MemTotal"), "%f kB", &kilobytes); n == 1 {
		return fmt.Sprintf("%.0f GiB", kilobytes/(1<<20))
	}
	return "unknown memory"
}

// fileSystem names the kind of the file system of a folder: that of the longest
// mount point above it.
func fileSystem(dir string) string {
	text, err := os.ReadFile("/proc/mounts")
	if err != nil {
		return "unknown disk"
	}
	best, kind := "", "unknown disk"
	for line := range bytes.Lines(text) {
		f := strings.Fields(string(line))
		if len(f) < 3 {
			continue
		}
		above := f[1] == "/" || dir == f[1] || strings.HasPrefix(dir, f[1]+"/")
		if above && len(f[1]) >= len(best) {
			best, kind = f[1], f[2]
		}
	}
	return kind
}

// commit names the source, and says when it was changed since.
func commit() string {
	out, err := exec.Command("git", "rev-parse", "--short=12", "HEAD").Output()
	if err != nil {
		return "unknown"
	}
	name := strings.TrimSpace(string(out))
	if changed, err := exec.Command("git", "status", "--porcelain", "--untracked-files=no").Output(); err == nil && len(changed) > 0 {
		name += " with changes"
	}
	return name
}
