//go:build linux

package points

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"pedigree/e2e/cluster"
	"pedigree/internal/crash"
)

// The first commit of all is that of the founding state, before any block.
func TestANodeThatEndsWhileItsNetworkIsFoundedFoundsItAgain(t *testing.T) {
	for _, p := range []crash.Point{crash.StoreCommitBefore, crash.StoreCommitted} {
		t.Run(string(p), func(t *testing.T) {
			home, armed := filepath.Join(t.TempDir(), "home"), filepath.Join(t.TempDir(), "armed")
			cluster.Verb(t, program, "init", "--alone", "--home", home, "--org", "maker", "--name", "Maker (test)", "--role", "manufacturer", "--prefix", "0399991",
				"--gln", "0399991000015", "--listen", cluster.FreeAddress(t))
			if err := os.WriteFile(armed, crash.Arm(p, 1), 0o600); err != nil {
				t.Fatal(err)
			}
			if cmd := start(t, home, armed); cmd.Wait() == nil || cmd.ProcessState.ExitCode() != -1 {
				t.Fatalf("it did not end at the point but with %v", cmd.ProcessState)
			}
			if err := os.Remove(armed); err != nil {
				t.Fatal(err)
			}
			cmd := start(t, home, armed)
			for end := time.Now().Add(reachWait); exec.Command(program, "status", "--home", home).Run() != nil; time.Sleep(pollPause) {
				if time.Now().After(end) {
					t.Fatal("it does not answer after it was started again")
				}
			}
			if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err != nil {
				t.Fatal(err)
			}
			cluster.Verb(t, program, "fsck", "--home", home)
		})
	}
}

// start starts the node of a home that is alone; it ends with the test.
func start(t *testing.T, home, armed string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(program, "start", "--home", home)
	cmd.Env = append(os.Environ(), crash.Variable+"="+armed)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return cmd
}
