MNIST.words.addWords('zh', 'learn', {
  lessons: '课程',
  'lessons-not-loaded': '无法加载课程：{reason} 再按一次按钮重试。',
  share: '分享此页面',
  'share-key': '分享此页面（S）',
  'share-not-loaded': '分享功能加载失败：{reason} 请再按一次按钮重试。',
  'save-picture': '保存为图片',
  'save-csv': '保存为 CSV',
  'copy-table': '复制',
  copied: '已复制。',
  'copy-by-hand': '表格已选中：请复制。',
});
