package vault_test

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"pedigree/internal/vault/pgtest"
)

// childFolder and childTask tell this binary that it was started by a test, to
// be killed or starved.
const childFolder, childTask = "PEDIGREE_VAULT_CHILD_FOLDER", "PEDIGREE_VAULT_CHILD_TASK"

// tasks are what a child can be told to do in a folder. A task writes a line to
// standard output for each thing that the vault acknowledged.
var tasks = map[string]func(ctx context.Context, dir string) error{
	"write for ever":     writeForEver,
	"stop in a document": stopInADocument,
}

// addTask adds a task that not every system can be given.
func addTask(name string, do func(context.Context, string) error) struct{} {
	tasks[name] = do
	return struct{}{}
}

func TestMain(m *testing.M) {
	task := os.Getenv(childTask)
	if task == "" {
		os.Exit(pgtest.Run(m))
	}
	if err := tasks[task](context.Background(), os.Getenv(childFolder)); err != nil {
		_, _ = io.WriteString(os.Stderr, err.Error()+"\n")
		os.Exit(1)
	}
	os.Exit(0)
}

// child is a process that works on a vault of its own.
type child struct {
	*exec.Cmd
	errors strings.Builder

	mu    sync.Mutex
	lines []string
	read  chan struct{} // closed at the end of its output
}

func startChild(t *testing.T, task, dir string) *child {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := &child{Cmd: exec.Command(self), read: make(chan struct{})}
	c.Env = append(os.Environ(), childTask+"="+task, childFolder+"="+dir)
	c.Stderr = &c.errors
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(c.read)
		for s := bufio.NewScanner(out); s.Scan(); {
			c.mu.Lock()
			c.lines = append(c.lines, s.Text())
			c.mu.Unlock()
		}
	}()
	return c
}

// said are the lines of output so far.
func (c *child) said() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lines
}

// end waits for the process and for the last of its output.
func (c *child) end() error {
	<-c.read
	return c.Wait()
}
