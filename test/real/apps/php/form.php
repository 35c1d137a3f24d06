<?php
// Everything that came as a form, as JSON; files as their name, size and hash.
$files = [];
foreach ($_FILES as $field => $file) {
    $hash = $file['error'] === UPLOAD_ERR_OK ? hash_file('sha256', $file['tmp_name']) : null;
    $files[$field] = ['name' => $file['name'], 'type' => $file['type'], 'size' => $file['size'], 'sha256' => $hash];
}
header('Content-Type: application/json');
echo json_encode(['method' => $_SERVER['REQUEST_METHOD'], 'get' => $_GET, 'post' => $_POST, 'files' => $files]);
