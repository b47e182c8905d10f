//go:build linux

package drill

import (
	"os"
	"path/filepath"
	"testing"
)

// TestADiskIsLost takes all of the pharmacy's data while its keys and its signing mark
// stay, as when they are on another disk. The node takes everything from the others
// again and votes on; without it one more node away would stop the network.
func TestADiskIsLost(t *testing.T) {
	d := begin(t)
	m, other := d.load.Of("pharmacy"), d.load.Of("regulator")
	d.must(m.Kill(), os.RemoveAll(filepath.Join(m.Home, "data")))
	d.goesOn("while one of four has lost its disk")
	d.must(m.Restart(t.Context(), 0))
	there := d.height(d.load.Of("maker"))
	d.until("the node has all blocks again", func() bool { return d.height(m) >= there })

	d.must(other.End())
	other.SetAside(true)
	d.goesOn("by three, of which one had lost its disk: it votes again")
	d.must(other.Restart(t.Context(), 0))
	other.SetAside(false)
	d.end()
}

// TestAMarkIsLostWithTheDisk holds that a node whose signing mark is gone, with its key
// still there, starts no more, for it might sign twice; the others go on.
func TestAMarkIsLostWithTheDisk(t *testing.T) {
	d := begin(t)
	m := d.load.Of("pharmacy")
	safe := m.Home + ".safe"
	d.must(m.Kill(), os.Mkdir(safe, 0o700))
	for _, name := range []string{"data", "consensus_mark"} {
		d.must(os.Rename(filepath.Join(m.Home, name), filepath.Join(safe, name)))
	}
	d.verb(m, 1, "start")
	d.goesOn("while a node refuses to start")
	d.must(os.Rename(filepath.Join(safe, "consensus_mark"), filepath.Join(m.Home, "consensus_mark")))
	d.must(m.Restart(t.Context(), 0))
	d.end()
}
