package sqlite

import (
	"errors"
	"testing"
)

func TestNetworkFileSystemsAreRefused(t *testing.T) {
	for number, want := range map[int64]struct {
		name    string
		refused bool
	}{
		0xef53: {"ext4", false}, 0x58465342: {"xfs", false}, 0x01021994: {"tmpfs", false}, 0x12345678: {"0x12345678", false},
		0x6969: {"nfs", true}, 0xff534d42: {"cifs", true}, 0xfe534d42: {"smb2", true}, 0x01021997: {"9p", true},
	} {
		name, err := judge(number)
		if name != want.name || errors.Is(err, ErrNetwork) != want.refused {
			t.Errorf("%#x: %s %v", number, name, err)
		}
	}
	if _, err := fileSystem(t.TempDir()); err != nil {
		t.Error(err)
	}
}
