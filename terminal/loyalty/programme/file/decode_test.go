package file_test

import (
	"reflect"
	"strings"
	"testing"

	"zegel/terminal/loyalty/programme/file"
)

type settings struct {
	Port  int64  `key:"port"`
	Loud  bool   `key:"loud"`
	Shop  place  `key:"shop"`
	Lanes []lane `key:"lane"`
	Tags  []string
	Words []string `key:"words"`
}

type place struct {
	Name string `key:"name,required"`
	Town string `key:"town"`
}

type lane struct {
	Name  string `key:"name,required"`
	Speed int64  `key:"speed"`
}

func (l *lane) Defaults() { l.Speed = 9600 }

func quiet(func(key, format string, args ...any)) {}

func TestDecodePutsTheFileOverDefaultsAndOverridesOverTheFile(t *testing.T) {
	got := settings{Port: 1, Shop: place{Town: "Ons Dorp"}, Words: []string{"a", "b"}}
	origins, err := file.Decode([]byte(`
loud = true
words = ["c"]
[shop]
name = "Jansen"
[[lane]]
name = "1"
[[lane]]
name = "2"
speed = 115200
`), &got, []file.Override{{Key: "port", Value: "7", Origin: "flag"}, {Key: "shop.town", Value: "Elders", Origin: "environment"}}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	want := settings{
		Port: 7, Loud: true, Shop: place{"Jansen", "Elders"}, Lanes: []lane{{"1", 9600}, {"2", 115200}}, Words: []string{"c"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for key, origin := range map[string]string{"port": "flag", "loud": "file", "shop.name": "file", "shop.town": "environment", "lane[1].speed": "file", "lane[0].speed": ""} {
		if origins[key] != origin {
			t.Errorf("%s comes from %q, want %q", key, origins[key], origin)
		}
	}
	values := []file.Value{
		{"port", "7"}, {"loud", "true"}, {"shop.name", "Jansen"}, {"shop.town", "Elders"}, {"lane[0].name", "1"}, {"lane[0].speed", "9600"},
		{"lane[1].name", "2"}, {"lane[1].speed", "115200"}, {"words[0]", "c"},
	}
	if got := file.Values(&got); !reflect.DeepEqual(got, values) {
		t.Errorf("got %v, want %v", got, values)
	}
}

func TestDecodeTellsEverythingAtOnce(t *testing.T) {
	var got settings
	_, err := file.Decode([]byte("port = true\nloud = 1\n[[lane]]\nspeed = 5\n"), &got, []file.Override{
		{Key: "shop.street", Value: "x", Origin: "flag"}, {Key: "port", Value: "x", Origin: "flag"},
		{Key: "lane", Value: "x", Origin: "flag"}, {Key: "port.x", Value: "x", Origin: "flag"},
	}, func(complain func(key, format string, args ...any)) {
		complain("port", "is 0")
		complain("lane[0].speed", "%d is too slow", 5)
	})
	want := []string{
		`1:1: shop.name: is missing: write [shop] and under it name = "…"`,
		"1:1: shop.street: flag: there is no such key outside of a list; what is in a list can only be set in the file",
		`1:1: port: flag: "x": need a whole number`,
		"1:1: lane: flag: there is no such key outside of a list; what is in a list can only be set in the file",
		"1:1: port.x: flag: there is no such key outside of a list; what is in a list can only be set in the file",
		"1:8: port: is true or false: need a whole number",
		"2:8: loud: is a whole number: need true or false",
		`3:3: lane[0].name: is missing: write name = "…"`,
		"4:9: lane[0].speed: 5 is too slow",
	}
	if err == nil || err.Error() != strings.Join(want, "\n") {
		t.Errorf("got\n%v\nwant\n%s", err, strings.Join(want, "\n"))
	}
	for _, text := range []string{"port = ", strings.Repeat("#", file.MaxBytes+1)} {
		if _, err := file.Decode([]byte(text), &got, nil, quiet); err == nil {
			t.Errorf("%.20s: was taken", text)
		}
	}
}

type checkout struct {
	Name    string   `key:"name"`
	Devices []device `key:"device,one-or-more"`
}

type device struct {
	Path  string            `key:"path,required"`
	Speed int64             `key:"speed"`
	Loud  *bool             `key:"loud"`
	Codes map[string]string `key:"codes"`
}

func (d *device) Defaults() { d.Speed = 9600 }

func TestAListOfOneMayBeWrittenAsATable(t *testing.T) {
	type shop struct {
		Lanes []checkout `key:"lane"`
	}
	var got shop
	origins, err := file.Decode([]byte(`
[[lane]]
name = "1"
[lane.device]
path = "a"
[lane.device.codes]
"#" = "]C0"
"*" = "]A0"
[[lane]]
name = "2"
[[lane.device]]
path = "b"
speed = 1
loud = false
[[lane.device]]
path = "c"
`), &got, nil, quiet)
	if err != nil {
		t.Fatal(err)
	}
	no := false
	want := shop{[]checkout{
		{"1", []device{{"a", 9600, nil, map[string]string{"#": "]C0", "*": "]A0"}}}},
		{"2", []device{{"b", 1, &no, nil}, {"c", 9600, nil, nil}}},
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	values := []file.Value{
		{"lane[0].name", "1"}, {"lane[0].device[0].path", "a"}, {"lane[0].device[0].speed", "9600"},
		{"lane[0].device[0].codes.#", "]C0"}, {"lane[0].device[0].codes.*", "]A0"},
		{"lane[1].name", "2"}, {"lane[1].device[0].path", "b"}, {"lane[1].device[0].speed", "1"}, {"lane[1].device[0].loud", "false"},
		{"lane[1].device[1].path", "c"}, {"lane[1].device[1].speed", "9600"},
	}
	if got := file.Values(&got); !reflect.DeepEqual(got, values) {
		t.Errorf("got %v, want %v", got, values)
	}
	for key, origin := range map[string]string{"lane[0].device[0].path": "file", "lane[0].device[0].speed": "", "lane[0].device[0].codes.#": "file", "lane[1].device[0].speed": "file"} {
		if origins[key] != origin {
			t.Errorf("%s comes from %q, want %q", key, origins[key], origin)
		}
	}
}

func TestComplaintsNameATableAsItIsWritten(t *testing.T) {
	var got struct {
		Lanes []checkout `key:"lane"`
	}
	_, err := file.Decode([]byte("[[lane]]\nname = \"1\"\n[lane.device]\nspeed = \"fast\"\ntune = 1\n[[lane]]\n[[lane.device]]\n[[lane.device]]\npath = \"c\"\nspeed = 7\n[[lane]]\ndevice = 7\n"), &got, nil,
		func(complain func(key, format string, args ...any)) {
			complain("lane[0].device[0].speed", "never told, for it was not read")
			complain("lane[1].device[1].speed", "%d is too slow", 7)
		})
	want := []string{
		`5:1: lane[0] ("1").device.tune: unknown key; known here: path, speed, loud, codes`,
		`3:7: lane[0] ("1").device.path: is missing: write path = "…"`,
		`4:9: lane[0] ("1").device.speed: is text: need a whole number`,
		`7:8: lane[1].device[0].path: is missing: write path = "…"`,
		`10:9: lane[1].device[1].speed: 7 is too slow`,
		`12:10: lane[2].device: is a whole number: need tables, each under its name in double brackets`,
	}
	if err == nil || err.Error() != strings.Join(want, "\n") {
		t.Errorf("got\n%v\nwant\n%s", err, strings.Join(want, "\n"))
	}
}
