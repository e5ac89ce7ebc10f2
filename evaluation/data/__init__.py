"""What is published: tables read and checked against their contract."""
