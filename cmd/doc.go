// Package cmd is where the rooms meet: it holds no code of its own, only the tests that look at more than one room.
//
// The programs are in its folders. arch_test.go is the policy on who may import whom, one reason a line;
// doc_test.go is what every package has to say about itself.
package cmd
